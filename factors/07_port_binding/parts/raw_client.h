#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/unique_fd.h"

namespace twelve {

/// For tests: a client that sends exactly the bytes it is given, to 127.0.0.1.
///
/// Threads: one.
/// Errors:  an answer that does not come whole within 20 seconds is an empty optional.
class RawClient {
 public:
  struct Answer {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
  };

  enum When { kConnectNow, kConnectLater };

  explicit RawClient(std::uint16_t port, When when = kConnectNow)
      : port_(port), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{20, 0};
    const int yes = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (when == kConnectNow) Connect();
  }

  /// For kConnectLater: the descriptor is there already.
  void Connect() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  bool connected() const { return connected_; }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  std::optional<Answer> Receive(bool to_head = false) {
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == input_.npos) {
      if (!More()) return std::nullopt;
    }
    Answer answer = ParseHead(input_.substr(0, end + 2));
    input_.erase(0, end + 4);
    const auto length = answer.headers.find("content-length");
    if (to_head || length == answer.headers.end()) return answer;
    const auto wanted =
        static_cast<std::size_t>(std::strtoull(length->second.c_str(), nullptr, 10));
    while (input_.size() < wanted) {
      if (!More()) return std::nullopt;
    }
    answer.body = input_.substr(0, wanted);
    input_.erase(0, wanted);
    return answer;
  }

  std::optional<Answer> Get(const std::string& path, const std::string& headers = "") {
    if (!Send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n"))
      return std::nullopt;
    return Receive();
  }

  /// All that comes until the other side closes, whatever it is.
  std::string ReadToEnd() {
    while (More()) {
    }
    return std::move(input_);
  }

  void Close() { socket_.Reset(); }

  /// True when the other side has closed, and nothing more came before.
  bool IsAtEnd() { return input_.empty() && !More() && !timed_out_; }

 private:
  bool More() {
    char bytes[16384];
    const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (got > 0) input_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  static Answer ParseHead(const std::string& head) {
    Answer answer;
    answer.status = std::atoi(head.c_str() + head.find(' ') + 1);
    std::size_t from = head.find("\r\n") + 2;
    while (from < head.size()) {
      const std::size_t end = head.find("\r\n", from);
      const std::size_t colon = head.find(": ", from);
      std::string name = head.substr(from, colon - from);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      answer.headers[name] = head.substr(colon + 2, end - colon - 2);
      from = end + 2;
    }
    return answer;
  }

  const std::uint16_t port_;
  UniqueFd socket_;
  bool connected_ = false;
  bool timed_out_ = false;
  std::string input_;
};

}  // namespace twelve

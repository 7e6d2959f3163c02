#include "factors/07_port_binding/parts/fastcgi_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <optional>

#include "factors/07_port_binding/parts/route_table.h"

namespace twelve {
namespace {

// FastCGI Specification 1.0, sections 3.3 and 8.
constexpr unsigned char kVersion = 1, kBegin = 1, kEnd = 3, kParams = 4, kStdin = 5, kStdout = 6;
constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kMaxRecord = 65'528;
constexpr std::size_t kMaxParams = 64 * 1024;
// A client that connects and says nothing must not hold the one thread.
constexpr int kPatienceMs = 2'000;

struct FastCgiRecord {
  unsigned char type = 0;
  std::string content;
};

bool ReadAll(int fd, char* bytes, std::size_t size) {
  while (size > 0) {
    pollfd wanted{fd, POLLIN, 0};
    if (::poll(&wanted, 1, kPatienceMs) <= 0) return false;
    const ssize_t got = ::recv(fd, bytes, size, 0);
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<FastCgiRecord> ReadRecord(int fd) {
  unsigned char header[kHeaderBytes];
  if (!ReadAll(fd, reinterpret_cast<char*>(header), sizeof header)) return {};
  if (header[0] != kVersion) return {};
  const std::size_t length = header[4] * std::size_t{256} + header[5];
  FastCgiRecord record{header[1], std::string(length + header[6], '\0')};
  if (!ReadAll(fd, record.content.data(), record.content.size())) return {};
  record.content.resize(length);
  return record;
}

std::string Record(unsigned char type, std::string_view content) {
  std::string bytes = {static_cast<char>(kVersion), static_cast<char>(type), 0, 1};
  bytes += static_cast<char>(content.size() / 256);
  bytes += static_cast<char>(content.size() % 256);
  bytes.append(2, '\0').append(content);
  return bytes;
}

/// A length of one byte, or of four when the first is above 127.
std::optional<std::size_t> TakeLength(std::string_view& bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.empty()) return {};
  const std::size_t width = at(0) < 128 ? 1 : 4;
  if (bytes.size() < width) return {};
  std::size_t length = at(0) & 127U;
  for (std::size_t i = 1; i < width; ++i) length = length * 256 + at(i);
  bytes.remove_prefix(width);
  return length;
}

std::map<std::string, std::string> ParseParams(std::string_view bytes) {
  std::map<std::string, std::string> params;
  while (!bytes.empty()) {
    const std::optional<std::size_t> name = TakeLength(bytes);
    const std::optional<std::size_t> value = name ? TakeLength(bytes) : std::nullopt;
    if (!value || bytes.size() < *name + *value) break;
    params.emplace(bytes.substr(0, *name), bytes.substr(*name, *value));
    bytes.remove_prefix(*name + *value);
  }
  return params;
}

/// The parameters of a whole request; empty when it is none.
std::map<std::string, std::string> ReadRequest(int fd) {
  std::string params;
  bool begun = false;
  for (;;) {
    const std::optional<FastCgiRecord> record = ReadRecord(fd);
    if (!record || params.size() + record->content.size() > kMaxParams) return {};
    if (record->type == kBegin) begun = true;
    if (record->type == kParams) params += record->content;
    if (record->type == kStdin && record->content.empty()) break;
  }
  return begun ? ParseParams(params) : std::map<std::string, std::string>{};
}

HttpResponse Answer(const std::vector<HttpRoute>& routes, const HttpRequest& request) {
  for (const HttpRoute& route : routes) {
    if (route.method == request.method && route.pattern == request.path) {
      return route.handler(request);
    }
  }
  return {404};
}

}  // namespace

FastCgiServer::FastCgiServer(std::vector<HttpRoute> routes, RequestObserver observer)
    : routes_(std::move(routes)),
      observer_(std::move(observer)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      change_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

FastCgiServer::~FastCgiServer() {
  StopAccepting();
}

void FastCgiServer::Start(UniqueFd listener) {
  listener_ = std::move(listener);
  if (!listener_.valid()) {
    ended_ = true;
    Changed();
    return;
  }
  thread_ = std::thread([this] { AcceptUntilStopped(); });
}

void FastCgiServer::StopAccepting() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
  listener_.Reset();
  Changed();
}

void FastCgiServer::AcceptUntilStopped() {
  for (;;) {
    pollfd wanted[] = {{listener_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    if (::poll(wanted, 2, -1) < 0) continue;
    if (wanted[1].revents != 0) return;
    const UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.valid()) continue;
    ++open_;
    Serve(connection.get());
    --open_;
  }
}

void FastCgiServer::Serve(int connection) {
  std::map<std::string, std::string> params = ReadRequest(connection);
  if (params.empty()) return;
  HttpRequest request;
  request.method = params["REQUEST_METHOD"];
  request.path = params["SCRIPT_NAME"];
  const HttpResponse answer = Answer(routes_, request);
  const std::string page = fmt::format("Status: {}\r\nContent-Type: {}\r\n\r\n{}", answer.status,
                                       answer.content_type, answer.body);
  std::string bytes;
  for (std::size_t from = 0; from < page.size(); from += kMaxRecord) {
    bytes += Record(kStdout, std::string_view(page).substr(from, kMaxRecord));
  }
  bytes += Record(kStdout, "") + Record(kEnd, std::string(8, '\0'));
  ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  ++answered_;
  RequestRecord record;
  record.method = request.method;
  record.path = request.path;
  record.status = answer.status;
  observer_(record);
}

void FastCgiServer::Changed() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(change_.get(), &one, sizeof one);
}

}  // namespace twelve

#include "harness/process/http_ready_probe.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace twelve {
namespace {

constexpr const char* kAddress = "127.0.0.1";

}  // namespace

HttpReadyProbe::HttpReadyProbe(EventLoop& loop, SocketHost& sockets, std::uint16_t port,
                               const std::string& path, std::function<void(int status)> ready)
    : loop_(loop),
      sockets_(sockets),
      port_(port),
      request_(fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: twelve\r\n"
                           "Accept: */*\r\nConnection: close\r\n\r\n",
                           path.empty() ? "/" : path, kAddress, port)),
      ready_(std::move(ready)) {
  // Not at once: `ready` must not be called before the constructor has returned.
  timer_ = loop_.After(Duration::zero(), [this] { Attempt(); });
}

HttpReadyProbe::~HttpReadyProbe() {
  Close();
}

void HttpReadyProbe::Attempt() {
  timer_ = 0;
  Result<UniqueFd> connection = sockets_.Connect(kAddress, port_);
  if (!connection) return Fail(connection.error().message);
  connection_ = std::move(connection).value();
  connected_ = false;
  sent_ = 0;
  answer_.Reset();
  if (Status watched = loop_.Watch(connection_.get(), {.readable = false, .writable = true},
                                   [this](FdEvents events) { OnEvent(events); });
      !watched) {
    connection_.Reset();
    return Fail(watched.error().message);
  }
  timer_ = loop_.After(kAttempt, [this] {
    timer_ = 0;
    Fail(fmt::format("port {} takes connections but does not answer", port_));
  });
}

void HttpReadyProbe::OnEvent(FdEvents) {
  if (!connected_) {
    const int error = sockets_.ConnectError(connection_.get());
    if (error == ECONNREFUSED) return Fail(fmt::format("nobody listens on port {}", port_));
    if (error != 0) return Fail(fmt::format("port {}: {}", port_, std::strerror(error)));
    connected_ = true;
  }
  if (sent_ < request_.size()) {
    Send();
  } else {
    Receive();
  }
}

void HttpReadyProbe::Send() {
  const IoResult io = sockets_.Write(connection_.get(), std::string_view(request_).substr(sent_));
  if (io.kind == IoResult::Kind::kWouldBlock) return;
  if (io.kind != IoResult::Kind::kDone) {
    return Fail(fmt::format("port {} closed the connection before it got the request", port_));
  }
  sent_ += io.bytes;
  if (sent_ < request_.size()) return;
  const Status changed = loop_.Change(connection_.get(), {.readable = true, .writable = false});
  if (!changed) Fail(changed.error().message);
}

void HttpReadyProbe::Receive() {
  std::array<char, 16 * 1024> buffer;
  while (!answer_.done()) {
    const IoResult io = sockets_.Read(connection_.get(), buffer.data(), buffer.size());
    if (io.kind == IoResult::Kind::kWouldBlock) return;
    if (io.kind == IoResult::Kind::kFailed) {
      return Fail(fmt::format("port {} reset the connection", port_));
    }
    if (io.kind == IoResult::Kind::kEnd) {
      answer_.End();
      break;
    }
    answer_.Feed({buffer.data(), io.bytes});
  }
  Judge();
}

void HttpReadyProbe::Judge() {
  if (!answer_.complete()) {
    return Fail(fmt::format("port {} gave no complete answer: {}", port_, answer_.Problem()));
  }
  if (answer_.status() >= 500) {
    return Fail(fmt::format("port {} answers with status {}", port_, answer_.status()));
  }
  Close();
  const auto ready = std::move(ready_);
  ready(answer_.status());
}

void HttpReadyProbe::Fail(std::string problem) {
  Close();
  problem_ = std::move(problem);
  timer_ = loop_.After(kRetry, [this] { Attempt(); });
}

void HttpReadyProbe::Close() {
  loop_.Cancel(std::exchange(timer_, 0));
  if (!connection_.valid()) return;
  loop_.Unwatch(connection_.get());
  connection_.Reset();
}

}  // namespace twelve

#include "factors/07_port_binding/parts/careless_port_binders.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace twelve {
namespace {

constexpr char kInspector[] =
    "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
    "{\"Browser\":\"node.js/v20.0.0\",\"Protocol-Version\":\"1.1\"}";

}  // namespace

Result<BoundPort> HardcodedPortBinder::Bind(const std::string& host, std::uint16_t /*port*/) {
  return binder_->Bind(host, kPort);
}

Result<BoundPort> FallbackPortBinder::Bind(const std::string& host, std::uint16_t port) {
  for (std::uint16_t candidate = port; candidate < 65535; ++candidate) {
    Result<BoundPort> bound = binder_->Bind(host, candidate);
    if (bound.ok() || bound.error().code != ErrorCode::kBusy) return bound;
  }
  return binder_->Bind(host, 0);
}

Result<BoundPort> UncheckedPortBinder::Bind(const std::string& host, std::uint16_t port) {
  Result<BoundPort> bound = binder_->Bind(host, port);
  if (bound.ok()) return bound;
  return BoundPort{UniqueFd(), host, port};
}

Result<BoundPort> LoopbackPortBinder::Bind(const std::string& /*host*/, std::uint16_t port) {
  return binder_->Bind("127.0.0.1", port);
}

Result<BoundPort> DebugPortBinder::Bind(const std::string& host, std::uint16_t port) {
  Result<BoundPort> debugger = binder_->Bind(host, kPort);
  if (debugger.ok()) {
    debugger_ = std::move(debugger->listener);
    stop_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
    thread_ = std::thread([this] { Answer(); });
  }
  return binder_->Bind(host, port);  // with or without a debugger, as Node does
}

void DebugPortBinder::Answer() const {
  for (;;) {
    pollfd wanted[] = {{debugger_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    if (::poll(wanted, 2, -1) < 0) continue;
    if (wanted[1].revents != 0) return;
    const UniqueFd client(::accept4(debugger_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char request[4096];
    if (!client.valid() || ::recv(client.get(), request, sizeof request, 0) <= 0) continue;
    ::send(client.get(), kInspector, sizeof kInspector - 1, MSG_NOSIGNAL);
  }
}

DebugPortBinder::~DebugPortBinder() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof one);
  thread_.join();
}

}  // namespace twelve

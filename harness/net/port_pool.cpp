#include "harness/net/port_pool.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <random>

namespace twelve {
namespace {

Result<UniqueFd> LockName(const std::string& name) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return SystemError("cannot lock a port", "socket", errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // A name that begins with a NUL byte lives in the kernel alone, not in a directory.
  const std::size_t length = std::min(name.size(), sizeof address.sun_path - 1);
  std::memcpy(address.sun_path + 1, name.data(), length);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return SystemError("cannot lock " + name, "bind", errno);
  }
  return fd;
}

}  // namespace

PortPool::PortPool(SocketHost& sockets, std::string scope)
    : sockets_(sockets), scope_(std::move(scope)) {}

Result<PortLease> PortPool::Lease() {
  constexpr unsigned kPorts = kLast - kFirst + 1;
  const unsigned start = std::random_device()() % kPorts;
  for (unsigned i = 0; i < kPorts; ++i) {
    auto lease = Lease(static_cast<std::uint16_t>(kFirst + (start + i) % kPorts));
    if (lease.ok() || lease.error().code != ErrorCode::kBusy) return lease;
  }
  return Error{ErrorCode::kBusy,
               fmt::format("no free port between {} and {}: end a program that listens there",
                           kFirst, kLast),
               {},
               0};
}

Result<PortLease> PortPool::Lease(std::uint16_t port) {
  auto lock = LockName(fmt::format("{}-{}", scope_, port));
  if (!lock) return lock.error();
  const auto listener = sockets_.Listen("127.0.0.1", port, 1);
  if (!listener) return listener.error();
  return PortLease(port, std::move(lock).value());
}

}  // namespace twelve

#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/os/socket_host.h"

namespace twelve {

/// A port that is ours until this is destroyed. Movable, not copyable.
class PortLease {
 public:
  PortLease(std::uint16_t port, UniqueFd lock) : port_(port), lock_(std::move(lock)) {}
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_;
  UniqueFd lock_;
};

/// Leases loopback ports of 20000 to 31999: below the kernel's ephemeral range (32768 to 60999), so
/// that the connections of our own load never sit on a port that a service is about to bind.
///
/// Each lease holds an abstract Unix socket, named after the port, as its lock. Unlike a lock file
/// it leaves nothing behind when this program is killed, and it is valid for exactly those programs
/// that share our ports: those of the same network namespace, whoever runs them.
///
/// Threads: any; it holds no state of its own.
/// Owns:    nothing; leases own their locks and may outlive the pool.
/// Errors:  kBusy when no port of the range is free.
class PortPool {
 public:
  static constexpr std::uint16_t kFirst = 20000;
  static constexpr std::uint16_t kLast = 31999;

  /// Pools of different `scope` do not know of each other's leases; tests have one of their own.
  explicit PortPool(SocketHost& sockets, std::string scope = "twelve-port");

  /// A port that nobody leases and nobody listens on, beginning at a random place.
  Result<PortLease> Lease();
  /// This port. kBusy when it is leased or taken.
  Result<PortLease> Lease(std::uint16_t port);

 private:
  SocketHost& sockets_;
  std::string scope_;
};

}  // namespace twelve

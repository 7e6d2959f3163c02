#pragma once

#include <memory>
#include <vector>

#include "harness/router/upstream_connection.h"

namespace twelve {

/// Connections to processes that wait for their next exchange.
///
/// Threads: the loop's. Owns: the connections that it holds.
class UpstreamPool final : private UpstreamConnection::User {
 public:
  static constexpr std::size_t kMostPerTarget = 256;

  UpstreamPool(EventLoop& loop, SocketHost& sockets, Duration keep_idle)
      : loop_(loop), sockets_(sockets), keep_idle_(keep_idle) {}

  /// The one that was used last, or a new one that is not open yet. `sure`: looks whether it is
  /// still open, for a request that cannot be sent twice.
  std::unique_ptr<UpstreamConnection> Take(std::uint16_t target, bool sure);
  void Keep(std::unique_ptr<UpstreamConnection> connection);
  /// Closes what is kept to a process.
  void Drop(std::uint16_t target);
  /// Closes what was kept long enough.
  void Expire();
  int kept(std::uint16_t target) const;

 private:
  void OnUpstream(UpstreamConnection& connection) override;

  EventLoop& loop_;
  SocketHost& sockets_;
  const Duration keep_idle_;
  std::vector<std::vector<std::unique_ptr<UpstreamConnection>>> kept_;  // by target, oldest first
};

}  // namespace twelve

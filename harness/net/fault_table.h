#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/net/fault.h"

namespace twelve {

using FaultId = std::uint64_t;  // never 0, never used twice by one proxy

/// What all faults of the moment together do to one direction of one connection.
struct FlowFaults {
  Duration latency{}, jitter{};        // of several latencies the sum
  std::uint64_t bytes_per_second = 0;  // of several the lowest; 0: as fast as it goes
  bool stall = false, drop = false, half_close = false;
  std::optional<std::uint64_t> limit, reset_after;
};

/// A fault that is in force.
struct ActiveFault {
  FaultId id = 0;
  Fault fault;
  TimePoint since;
  std::optional<TimePoint> until;
  std::uint64_t hit = 0, spared = 0;  // connections that the roll gave to it, and that it did not
};

/// The faults of a proxy. Which of them a connection has is decided once: by a number that only
/// depends on the seed, the fault and the connection. So it never changes while both live.
///
/// Threads: one.
class FaultTable {
 public:
  explicit FaultTable(std::uint64_t seed) : seed_(seed) {}

  FaultId Add(const Fault& fault, TimePoint now);
  bool Remove(FaultId id);
  void Clear() { active_.clear(); }
  /// Takes out what has lasted long enough. True if there was any.
  bool Expire(TimePoint now);
  std::optional<TimePoint> NextExpiry() const;

  const std::vector<ActiveFault>& active() const { return active_; }
  bool Has(Fault::Kind kind) const;
  /// Counts the connection with every fault, or with one that was just added.
  void Meet(std::uint64_t connection);
  void Meet(FaultId id, std::uint64_t connection);

  bool Hits(const ActiveFault& active, std::uint64_t connection) const;
  /// REQUIRES: flow is not kBoth.
  FlowFaults For(std::uint64_t connection, Fault::Flow flow) const;

 private:
  const std::uint64_t seed_;
  FaultId next_ = 1;
  std::vector<ActiveFault> active_;
};

}  // namespace twelve

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "harness/net/fault_table.h"

namespace twelve {

/// One direction of a connection between reading and writing: bytes that wait for their time and
/// for bandwidth. Pure: knows no socket, is told the time, and looks at the faults of the moment
/// each time, so that a change of them also concerns what is on its way.
///
/// Threads: one.
class FaultPipe {
 public:
  // As much as a socket's buffer. A latency needs more, or it would also be a limit to bandwidth:
  // what is on its way for the length of the latency.
  static constexpr std::size_t kRoom = std::size_t{64} << 10;
  static constexpr std::size_t kDelayedRoom = std::size_t{4} << 20;

  explicit FaultPipe(std::uint64_t seed) : random_(seed) {}

  /// How many bytes it takes now. Zero: do not read; that is what slows the sender down.
  std::size_t Room(const FlowFaults& faults) const;
  void Push(std::string_view bytes, TimePoint now);
  /// The sender sends no more.
  void PushEnd(TimePoint now);

  /// The oldest bytes, as far as they may go now. Valid until the next call.
  std::string_view Due(const FlowFaults& faults, TimePoint now);
  void Sent(std::size_t bytes);
  /// All bytes are gone and the end may go, too.
  bool EndDue(const FlowFaults& faults, TimePoint now) const;
  /// When Due or EndDue will say more than they do now; nothing if only bytes or another fault
  /// change that. REQUIRES: what was due has been sent, as far as the receiver takes it.
  std::optional<TimePoint> Next(const FlowFaults& faults, TimePoint now) const;

  std::size_t waiting() const { return bytes_.size() - begin_; }
  std::uint64_t delivered() const { return delivered_; }

 private:
  struct Chunk {
    TimePoint arrived;
    double luck = 0;  // -1 to 1: its share of the jitter
    std::size_t bytes = 0;
  };
  static TimePoint Release(const Chunk& chunk, const FlowFaults& faults);
  Chunk MakeChunk(TimePoint now, std::size_t bytes);
  std::size_t Released(const FlowFaults& faults, TimePoint now) const;
  void Refill(const FlowFaults& faults, TimePoint now);
  static double Portion(const FlowFaults& faults, std::size_t released);

  std::minstd_rand random_;
  std::string bytes_;
  std::size_t begin_ = 0;  // of what is not sent, in bytes_
  std::deque<Chunk> chunks_;
  std::optional<Chunk> end_;
  std::uint64_t delivered_ = 0;
  double tokens_ = 0;  // bytes that the bandwidth allows
  std::optional<TimePoint> refilled_;
};

}  // namespace twelve

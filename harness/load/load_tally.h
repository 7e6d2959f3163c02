#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/load/latency_histogram.h"
#include "harness/load/load_plan.h"

namespace twelve {

/// Keeps the books of a load run and writes them out as a LoadSnapshot.
///
/// Every planned request is counted once by Planned and ends in exactly one of NotSent, NoTarget
/// and Finished; in between it is queued or, after Sent, in flight. So `planned` equals done +
/// failed + in flight + queued at every moment.
///
/// Threads: one.
class LoadTally {
 public:
  static constexpr std::size_t kRecords = 8192;
  static constexpr std::size_t kTicks = 600;

  explicit LoadTally(TimePoint started) : LoadTally(started, std::vector<LoadKind>(1)) {}
  LoadTally(TimePoint started, const std::vector<LoadKind>& kinds);
  /// The plan begins: only now time counts.
  void Begin(TimePoint started) { started_ = started; }

  void Planned() { ++planned_; }
  void Sent(std::uint16_t target, Duration lag, bool waited);
  void Retried() { ++retried_; }
  /// A second try goes to another target: what was sent is now in flight there.
  void Moved(std::uint16_t from, std::uint16_t to);
  void NotSent(TimePoint intended, TimePoint now);
  void NoTarget(TimePoint intended, TimePoint now);
  void Finished(const RequestRecord& record);

  std::uint64_t planned() const { return planned_; }

  /// Closes the tick that ends now.
  void Tick(TimePoint now, int in_flight, int queued);
  /// Without what the tally does not know: targets' state, requests in flight.
  LoadSnapshot Snapshot(TimePoint now, int in_flight, int queued) const;
  TargetState StateOf(std::uint16_t target) const;

 private:
  struct PerTarget {
    std::uint64_t sent = 0, done = 0, failed = 0;
    int in_flight = 0;
  };
  PerTarget& At(std::uint16_t target);
  void Keep(const RequestRecord& record);

  TimePoint started_;
  std::uint64_t planned_ = 0, sent_ = 0, done_ = 0, failed_ = 0, retried_ = 0, waited_ = 0;
  std::array<std::uint64_t, kOutcomes> by_outcome_{};
  LatencyHistogram response_, service_, lag_;
  struct PerKind {
    std::string name;
    std::uint64_t done = 0, failed = 0;
    LatencyHistogram response;
  };
  std::vector<PerTarget> targets_;
  std::vector<PerKind> kinds_;
  std::uint64_t lost_on_reuse_ = 0, cut_in_answer_ = 0;
  std::vector<RequestRecord> records_;  // a ring once it holds kRecords
  std::size_t oldest_record_ = 0;
  std::vector<LoadTick> ticks_;  // a ring once it holds kTicks
  std::size_t oldest_tick_ = 0;
  std::uint64_t tick_done_ = 0, tick_failed_ = 0;
  std::vector<std::uint32_t> tick_us_;  // response times of this tick
};

}  // namespace twelve

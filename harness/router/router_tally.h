#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "harness/load/latency_histogram.h"
#include "harness/router/router.h"

namespace twelve {

/// Counts what a router does, for each process and as a whole. Threads: one.
class RouterTally {
 public:
  /// Of one process. The histogram comes with its first answer: most processes of a long life were
  /// taken out before long, and each histogram is 221 KB.
  struct PerTarget {
    std::uint64_t requests = 0, refused = 0, broken = 0, retried = 0;
    std::array<std::uint64_t, 6> answers{};
    std::unique_ptr<LatencyHistogram> latency;
    std::array<std::uint32_t, 10> done{}, errors{};  // a ring of tenths of a second
  };

  PerTarget& At(std::uint16_t target);
  void Answered(std::uint16_t target, int status, Duration took);
  void Broken(std::uint16_t target);
  /// A tenth of a second is over.
  void Tick();
  void Tell(TimePoint at, std::string text);

  void Fill(std::uint16_t target, RouterTargetState& state) const;
  double AnsweredPerSecond() const;
  std::vector<RouterEvent> Events() const { return {events_.begin(), events_.end()}; }

  std::uint64_t clients = 0, rejected = 0, requests = 0, answered = 0, no_target = 0, failed = 0,
                abandoned = 0, retried = 0;

 private:
  std::deque<PerTarget> targets_;
  std::size_t slot_ = 0;  // of the rings: this tenth
  std::deque<RouterEvent> events_;
  std::uint64_t told_ = 0;
};

}  // namespace twelve

#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/clock.h"
#include "harness/load/load_plan.h"

namespace twelve {

/// Counts of latencies in the HDR layout: 2048 sub-buckets from 1 µs, so that every value between
/// 1 µs and 19 hours is known to within 0.1 %, in 221 184 bytes whatever the number of values.
///
/// Threads: one.
/// Errors:  none. Negative values count as 0; values above the last bucket count in it, while
///          Max() stays exact.
class LatencyHistogram {
 public:
  LatencyHistogram();

  void Record(Duration latency);
  void RecordMicros(std::uint64_t us);
  /// Adds the counts of `other`. The only right way to join percentiles: they cannot be averaged.
  void Merge(const LatencyHistogram& other);
  void Clear();

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }
  double Mean() const;
  /// The smallest recorded value, in µs, that `percent` of all values do not exceed. 0 when empty.
  double Percentile(double percent) const;
  LatencySummary Summary() const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace twelve

#include "harness/load/latency_histogram.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace twelve {
namespace {

// The first row holds 0..1023 µs one by one, and so does the second up to 2047; each row after it
// covers the next power of two in steps twice as wide. 1024 steps a row: 1/1024 is under 0.1 %.
constexpr std::uint64_t kRow = 1024;
constexpr std::size_t kRows = 27;

std::size_t IndexOf(std::uint64_t us) {
  const int shift = std::bit_width(us | (2 * kRow - 1)) - 11;
  const std::uint64_t index = static_cast<std::uint64_t>(shift) * kRow + (us >> shift);
  return std::min<std::uint64_t>(index, kRows * kRow - 1);
}

/// The middle of a bucket.
double ValueOf(std::size_t index) {
  if (index < 2 * kRow) return static_cast<double>(index);
  const std::size_t shift = index / kRow - 1;
  const std::uint64_t step = std::uint64_t{1} << shift;
  const std::uint64_t low = (index % kRow + kRow) << shift;
  return static_cast<double>(low) + static_cast<double>(step - 1) / 2;
}

}  // namespace

LatencyHistogram::LatencyHistogram() : buckets_(kRows * kRow) {}

void LatencyHistogram::Record(Duration latency) {
  RecordMicros(latency.count() < 0 ? 0 : static_cast<std::uint64_t>(latency.count()) / 1000);
}

void LatencyHistogram::RecordMicros(std::uint64_t us) {
  ++buckets_[IndexOf(us)];
  ++count_;
  max_ = std::max(max_, us);
  sum_ += static_cast<double>(us);
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

void LatencyHistogram::Clear() {
  std::fill(buckets_.begin(), buckets_.end(), 0);
  count_ = max_ = 0;
  sum_ = 0;
}

double LatencyHistogram::Mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

double LatencyHistogram::Percentile(double percent) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(std::clamp(percent, 0.0, 100.0) / 100 * double(count_));
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
  if (rank >= count_) return static_cast<double>(max_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank) return std::min(ValueOf(i), static_cast<double>(max_));
  }
  return static_cast<double>(max_);
}

LatencySummary LatencyHistogram::Summary() const {
  LatencySummary summary;
  summary.count = count_;
  summary.max = static_cast<double>(max_);
  summary.mean = Mean();
  if (count_ == 0) return summary;
  // One pass for all four: a snapshot takes three summaries ten times a second.
  constexpr std::array<double, 4> kPercents = {50, 90, 95, 99};
  const std::array<double*, 4> results = {&summary.p50, &summary.p90, &summary.p95, &summary.p99};
  std::size_t next = 0;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size() && next < kPercents.size(); ++i) {
    seen += buckets_[i];
    while (next < kPercents.size() &&
           static_cast<double>(seen) >= std::ceil(kPercents[next] / 100 * double(count_))) {
      *results[next++] = std::min(ValueOf(i), summary.max);
    }
  }
  return summary;
}

}  // namespace twelve

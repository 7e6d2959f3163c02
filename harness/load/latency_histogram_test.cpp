#include "harness/load/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace twelve {
namespace {

double ExactPercentile(const std::vector<std::uint64_t>& sorted, double percent) {
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * double(sorted.size())));
  return static_cast<double>(sorted[std::max<std::size_t>(rank, 1) - 1]);
}

void ExpectAllPercentilesWithinOnePerMille(std::vector<std::uint64_t> values) {
  LatencyHistogram histogram;
  for (const std::uint64_t value : values) histogram.RecordMicros(value);
  std::sort(values.begin(), values.end());
  for (const double percent : {0.0, 1.0, 10.0, 50.0, 90.0, 95.0, 99.0, 99.9, 99.99, 100.0}) {
    const double exact = ExactPercentile(values, percent);
    EXPECT_NEAR(histogram.Percentile(percent), exact, exact * 0.001) << "p" << percent;
  }
  const LatencySummary summary = histogram.Summary();
  EXPECT_EQ(summary.p50, histogram.Percentile(50));
  EXPECT_EQ(summary.p90, histogram.Percentile(90));
  EXPECT_EQ(summary.p95, histogram.Percentile(95));
  EXPECT_EQ(summary.p99, histogram.Percentile(99));
  EXPECT_EQ(summary.max, static_cast<double>(values.back()));
  EXPECT_EQ(summary.count, values.size());
}

TEST(LatencyHistogram, AgreesWithASortOfLogNormalLatencies) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> latency(7.5, 2.0);
  std::vector<std::uint64_t> values(200'000);
  for (auto& value : values) value = static_cast<std::uint64_t>(latency(random));
  ExpectAllPercentilesWithinOnePerMille(std::move(values));
}

TEST(LatencyHistogram, AgreesWithASortOfAStallOfOneSecond) {
  std::vector<std::uint64_t> values(9'000, 130);
  for (std::uint64_t i = 0; i < 1'000; ++i) values.push_back(i * 1'000);
  ExpectAllPercentilesWithinOnePerMille(std::move(values));
}

TEST(LatencyHistogram, KeepsEveryMagnitudeWithinOnePerMille) {
  for (std::uint64_t value = 1; value < 60'000'000'000; value = value * 5 / 4 + 1) {
    LatencyHistogram histogram;
    histogram.RecordMicros(value);
    histogram.RecordMicros(100'000'000'000);  // so that the answer is not simply the maximum
    EXPECT_NEAR(histogram.Percentile(50), double(value), double(value) * 0.001) << value;
  }
}

TEST(LatencyHistogram, MergedCountsGiveThePercentilesOfTheWhole) {
  LatencyHistogram fast, slow, whole;
  for (std::uint64_t i = 1; i <= 1'000; ++i) {
    fast.RecordMicros(i);
    slow.RecordMicros(i * 1'000);
    whole.RecordMicros(i);
    whole.RecordMicros(i * 1'000);
  }
  fast.Merge(slow);
  for (const double percent : {10.0, 50.0, 75.0, 99.0, 100.0}) {
    EXPECT_EQ(fast.Percentile(percent), whole.Percentile(percent));
  }
  EXPECT_EQ(fast.count(), 2'000u);
  EXPECT_DOUBLE_EQ(fast.Mean(), whole.Mean());
}

TEST(LatencyHistogram, TakesNegativeAndEndlessValues) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.Percentile(99), 0);
  EXPECT_EQ(histogram.Summary().p99, 0);
  histogram.Record(Duration(-5));
  EXPECT_EQ(histogram.Percentile(100), 0);
  histogram.RecordMicros(~std::uint64_t{0});
  EXPECT_EQ(histogram.max(), ~std::uint64_t{0});
  histogram.Clear();
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.Summary().max, 0);
}

}  // namespace
}  // namespace twelve

#include "harness/report/duration_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

std::vector<std::string> Labels(const nlohmann::json& facts) {
  std::vector<std::string> labels;
  for (const MeasuredTime& time : MeasuredTimes(facts)) labels.push_back(time.label);
  return labels;
}

TEST(MeasuredTimes, AreTheNumbersWhoseNameEndsInMs) {
  EXPECT_THAT(Labels({{"plain", {{"gone_ms", 12}, {"bytes", 5}}},
                      {"samples", {{{"answer_ms", 3.5}}, {{"answer_ms", 4}}}},
                      {"starts_ms", {7, 8}}}),
              testing::ElementsAre("plain: gone", "samples 1: answer", "samples 2: answer",
                                   "starts 1", "starts 2"));
}

TEST(MeasuredTimes, LeaveOutWhatWasNotMeasured) {
  EXPECT_THAT(Labels({{"gone_ms", -1}, {"late_ms", 0}, {"said_ms", "12"}, {"none_ms", nullptr}}),
              testing::IsEmpty());
  EXPECT_THAT(Labels(nlohmann::json()), testing::IsEmpty());
}

TEST(MeasuredTimes, AreNoMoreThanAChartCanShow) {
  EXPECT_EQ(Labels({{"starts_ms", std::vector<int>(1000, 5)}}).size(), kMostTimes);
}

TEST(DurationChart, DrawsABarForEachTime) {
  const std::string chart = DurationChart({{"a<b", 500}, {"c", 2000}});
  EXPECT_THAT(chart, testing::HasSubstr("a&lt;b"));
  EXPECT_THAT(chart, testing::HasSubstr(">500 ms</text>"));
  EXPECT_THAT(chart, testing::HasSubstr(">2.00 s</text>"));
  // 720 less 190 for labels and 80 for figures: the longest bar has 450, the other a quarter.
  EXPECT_THAT(chart, testing::HasSubstr("width=\"450.0\""));
  EXPECT_THAT(chart, testing::HasSubstr("width=\"112.5\""));
}

TEST(DurationChart, IsNothingWithoutTimes) {
  EXPECT_EQ(DurationChart({}), "");
}

}  // namespace
}  // namespace twelve

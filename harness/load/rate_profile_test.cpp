#include "harness/load/rate_profile.h"

#include <gtest/gtest.h>

#include "harness/load/load_schedule.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

double SecondsOf(const RateProfile& profile, double number) {
  const auto time = profile.TimeOf(number);
  EXPECT_TRUE(time.has_value()) << number;
  return time ? ToSeconds(*time) : -1;
}

TEST(RateProfile, StepsAreEvenlySpaced) {
  const RateProfile profile({{10, 10, seconds(1)}, {100, 100, seconds(1)}});
  EXPECT_DOUBLE_EQ(SecondsOf(profile, 0), 0);
  EXPECT_DOUBLE_EQ(SecondsOf(profile, 5), 0.5);
  EXPECT_DOUBLE_EQ(SecondsOf(profile, 10), 1);
  EXPECT_DOUBLE_EQ(SecondsOf(profile, 60), 1.5);
  EXPECT_FALSE(profile.TimeOf(110).has_value());
}

TEST(RateProfile, RampsFollowTheAreaUnderThem) {
  const RateProfile up({{0, 100, seconds(10)}});  // 500 requests
  EXPECT_DOUBLE_EQ(SecondsOf(up, 0), 0);
  EXPECT_NEAR(SecondsOf(up, 125), 5, 1e-6);  // a quarter of the area lies in the first half
  EXPECT_NEAR(SecondsOf(up, 499.999), 10, 1e-3);
  const RateProfile down({{100, 0, seconds(10)}});
  EXPECT_NEAR(SecondsOf(down, 375), 5, 1e-6);
  EXPECT_FALSE(down.TimeOf(500).has_value());
}

TEST(RateProfile, APauseIsSkipped) {
  const RateProfile profile({{10, 10, seconds(1)}, {0, 0, seconds(5)}, {10, 10, seconds(1)}});
  EXPECT_DOUBLE_EQ(SecondsOf(profile, 10), 6);
  EXPECT_DOUBLE_EQ(profile.RateAt(seconds(3)), 0);
  EXPECT_DOUBLE_EQ(profile.RateAt(milliseconds(6500)), 10);
  EXPECT_DOUBLE_EQ(profile.RateAt(seconds(8)), 0);
}

TEST(RateProfile, KnowsTheRateOfTheMoment) {
  const RateProfile profile({{100, 200, seconds(10)}});
  EXPECT_DOUBLE_EQ(profile.RateAt(Duration::zero()), 100);
  EXPECT_DOUBLE_EQ(profile.RateAt(seconds(5)), 150);
}

TEST(RateProfile, ASchedulePlansExactlyItsArea) {
  const std::vector<LoadPhase> phases = {
      {0, 1000, seconds(2)}, {500, 500, seconds(1)}, {500, 0, seconds(2)}};
  const TimePoint start(seconds(100));
  LoadSchedule constant(LoadSchedule::Gaps::kConstant, RateProfile(phases), 1, start);
  int planned = 0;
  TimePoint before = start;
  for (; constant.next() != TimePoint::max(); constant.Advance()) {
    EXPECT_GE(constant.next(), before);
    before = constant.next();
    ++planned;
  }
  EXPECT_EQ(planned, 2000);

  LoadSchedule poisson(LoadSchedule::Gaps::kPoisson, RateProfile(phases), 1, start);
  int first_half = 0, all = 0;
  for (; poisson.next() != TimePoint::max(); poisson.Advance()) {
    ++all;
    if (poisson.next() < start + seconds(1)) ++first_half;
  }
  EXPECT_NEAR(all, 2000, 230);  // five standard deviations
  EXPECT_NEAR(first_half, 250, 80);
}

TEST(RateProfile, ALiveChangeEndsIt) {
  const TimePoint start(seconds(100));
  LoadSchedule schedule(LoadSchedule::Gaps::kConstant, RateProfile({{10, 10, seconds(10)}}), 1,
                        start);
  EXPECT_DOUBLE_EQ(schedule.RateAt(start), 10);
  const TimePoint now = start + seconds(1);
  while (schedule.next() <= now) schedule.Advance();
  schedule.SetRate(1000, now);
  EXPECT_DOUBLE_EQ(schedule.RateAt(now), 1000);
  EXPECT_GE(schedule.next(), now);
  EXPECT_LE(schedule.next(), now + milliseconds(1));
}

}  // namespace
}  // namespace twelve

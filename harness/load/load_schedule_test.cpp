#include "harness/load/load_schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace twelve {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const TimePoint kStart = TimePoint(hours(1));

int TakeUntil(LoadSchedule& schedule, TimePoint until) {
  int taken = 0;
  for (; schedule.next() < until; schedule.Advance()) ++taken;
  return taken;
}

TEST(LoadSchedule, ConstantGapsDoNotDriftInAnHour) {
  LoadSchedule schedule(LoadSchedule::Gaps::kConstant, 333, 1, kStart);
  EXPECT_EQ(schedule.next(), kStart);
  EXPECT_EQ(TakeUntil(schedule, kStart + hours(1)), 333 * 3600);
  EXPECT_EQ(schedule.next(), kStart + hours(1));
}

TEST(LoadSchedule, PoissonGapsHaveTheRightMeanAndSpread) {
  LoadSchedule schedule(LoadSchedule::Gaps::kPoisson, 1000, 42, kStart);
  double sum = 0, squares = 0;
  constexpr int kCount = 100'000;
  TimePoint before = kStart;
  for (int i = 0; i < kCount; ++i, schedule.Advance()) {
    const double gap = ToMs(schedule.next() - before);
    before = schedule.next();
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / kCount;
  EXPECT_NEAR(mean, 1.0, 0.02);
  EXPECT_NEAR(std::sqrt(squares / kCount - mean * mean), 1.0, 0.03);  // exponential: equal to mean
}

TEST(LoadSchedule, TheSameSeedGivesTheSamePlan) {
  LoadSchedule one(LoadSchedule::Gaps::kPoisson, 50, 7, kStart);
  LoadSchedule two(LoadSchedule::Gaps::kPoisson, 50, 7, kStart);
  for (int i = 0; i < 100; ++i, one.Advance(), two.Advance()) EXPECT_EQ(one.next(), two.next());
}

TEST(LoadSchedule, ANewRateHoldsAtOnceAndReplaysNothing) {
  LoadSchedule schedule(LoadSchedule::Gaps::kConstant, 0.1, 1, kStart);
  schedule.Advance();
  const TimePoint later = kStart + seconds(9);
  schedule.SetRate(1000, later);
  EXPECT_GE(schedule.next(), later);
  EXPECT_LE(schedule.next(), later + milliseconds(1));
  EXPECT_EQ(TakeUntil(schedule, later + seconds(1)), 1000);
}

TEST(LoadSchedule, SettingTheRateOftenDoesNotStarveThePlan) {
  LoadSchedule schedule(LoadSchedule::Gaps::kConstant, 10, 1, kStart);
  int taken = 0;
  for (int i = 1; i <= 1'000; ++i) {  // a slider that moves every 10 ms, for 10 s
    const TimePoint now = kStart + milliseconds(10) * i;
    taken += TakeUntil(schedule, now);
    schedule.SetRate(i % 2 == 0 ? 10 : 10.01, now);
  }
  EXPECT_NEAR(taken, 100, 2);
}

TEST(LoadSchedule, RateZeroPlansNothingUntilTheRateComesBack) {
  LoadSchedule schedule(LoadSchedule::Gaps::kConstant, 10, 1, kStart);
  schedule.SetRate(0, kStart);
  EXPECT_EQ(schedule.next(), TimePoint::max());
  schedule.Advance();
  EXPECT_EQ(schedule.next(), TimePoint::max());
  schedule.SetRate(10, kStart + seconds(5));
  EXPECT_GT(schedule.next(), kStart + seconds(5) - milliseconds(1));
  EXPECT_LE(schedule.next(), kStart + seconds(5) + milliseconds(100));
}

}  // namespace
}  // namespace twelve

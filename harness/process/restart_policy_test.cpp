#include "harness/process/restart_policy.h"

#include <gtest/gtest.h>

#include <climits>

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using When = RestartPolicy::When;

TEST(RestartPolicy, NeverMeansNever) {
  EXPECT_FALSE(DecideRestart({.when = When::kNever}, {.failed = true}).restart);
}

TEST(RestartPolicy, AnIntendedStopIsNotUndone) {
  EXPECT_FALSE(DecideRestart({.when = When::kAlways}, {.intended = true, .failed = true}).restart);
}

TEST(RestartPolicy, OnFailureLeavesExitZeroAlone) {
  EXPECT_FALSE(DecideRestart({.when = When::kOnFailure}, {.failed = false}).restart);
  EXPECT_TRUE(DecideRestart({.when = When::kOnFailure}, {.failed = true}).restart);
  EXPECT_TRUE(DecideRestart({.when = When::kAlways}, {.failed = false}).restart);
}

TEST(RestartPolicy, TheDelayDoublesUpToItsLimit) {
  const RestartPolicy policy{
      .when = When::kAlways, .first_delay = milliseconds(200), .max_delay = seconds(1)};
  int attempts = 0;
  std::vector<Duration> delays;
  for (int i = 0; i < 5; ++i) {
    const RestartDecision decision =
        DecideRestart(policy, {.failed = true, .lived = milliseconds(1), .attempts = attempts});
    ASSERT_TRUE(decision.restart);
    delays.push_back(decision.delay);
    attempts = decision.attempts;
  }
  EXPECT_EQ(attempts, 5);
  EXPECT_EQ(delays, (std::vector<Duration>{milliseconds(200), milliseconds(400), milliseconds(800),
                                           seconds(1), seconds(1)}));
}

TEST(RestartPolicy, ALongLifeForgetsEarlierAttempts) {
  const RestartDecision decision =
      DecideRestart({.when = When::kAlways}, {.failed = true, .lived = seconds(10), .attempts = 7});
  EXPECT_EQ(decision.delay, milliseconds(200));
  EXPECT_EQ(decision.attempts, 1);
}

TEST(RestartPolicy, GivesUpAfterItsLastAttempt) {
  const RestartPolicy policy{.when = When::kOnFailure, .max_attempts = 3};
  EXPECT_TRUE(DecideRestart(policy, {.failed = true, .attempts = 2}).restart);
  const RestartDecision decision = DecideRestart(policy, {.failed = true, .attempts = 3});
  EXPECT_FALSE(decision.restart);
  EXPECT_TRUE(decision.gave_up);
}

TEST(RestartPolicy, ManyAttemptsDoNotOverflow) {
  const RestartDecision decision =
      DecideRestart({.when = When::kAlways, .max_delay = std::chrono::hours(24 * 365)},
                    {.failed = true, .attempts = INT_MAX - 1});
  EXPECT_EQ(decision.delay, std::chrono::hours(24 * 365));
  EXPECT_TRUE(DecideRestart({.when = When::kAlways, .first_delay = Duration::zero()},
                            {.failed = true, .attempts = INT_MAX - 1})
                  .restart);
}

}  // namespace
}  // namespace twelve

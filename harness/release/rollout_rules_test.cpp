// The published tables of the three platforms.

#include <gtest/gtest.h>

#include "harness/release/rollout.h"

namespace twelve {
namespace {

TEST(RolloutBounds, OfKubernetesAreThoseOfItsFenceposts) {
  const RolloutRules rules = KubernetesRules();
  // desired, surge, unavailable at 25 % and 25 %
  const int table[][3] = {{1, 1, 0}, {2, 1, 0}, {3, 1, 0}, {4, 1, 1}, {5, 2, 1}, {10, 3, 2}};
  for (const auto& [desired, surge, unavailable] : table) {
    EXPECT_EQ(BoundsOf(rules, desired), (RolloutBounds{desired - unavailable, desired + surge}))
        << desired;
  }
  RolloutRules both_zero = rules;
  both_zero.surge = {0, true, Share::Round::kUp};
  both_zero.unavailable = {10, true, Share::Round::kDown};
  EXPECT_EQ(BoundsOf(both_zero, 3), (RolloutBounds{2, 3})) << "10 % of 3 is 0, so 1 may be missing";
}

TEST(RolloutBounds, OfEcsRoundTheMinimumUpAndTheMaximumDown) {
  RolloutRules rules = EcsRules();
  EXPECT_EQ(BoundsOf(rules, 4), (RolloutBounds{4, 8}));
  SetHealthyPercent(rules, 50, 150);
  EXPECT_EQ(BoundsOf(rules, 1), (RolloutBounds{1, 1}));
  EXPECT_EQ(BoundsOf(rules, 3), (RolloutBounds{2, 4}));
  EXPECT_EQ(BoundsOf(rules, 10), (RolloutBounds{5, 15}));
  SetHealthyPercent(rules, 70, 130);
  EXPECT_EQ(BoundsOf(rules, 10), (RolloutBounds{7, 13}));
}

TEST(RolloutBounds, OfSwarmFollowTheOrder) {
  RolloutRules rules = SwarmRules();
  EXPECT_EQ(BoundsOf(rules, 3), (RolloutBounds{2, 3}));
  SetOrder(rules, true);
  EXPECT_EQ(BoundsOf(rules, 3), (RolloutBounds{3, 4}));
  rules.parallelism = 0;
  SetOrder(rules, true);
  EXPECT_EQ(BoundsOf(rules, 3), (RolloutBounds{3, 6}));
}

TEST(FailureThreshold, IsHalfWithinThreeAndTwoHundred) {
  const int table[][2] = {{1, 3}, {6, 3}, {7, 4}, {10, 5}, {25, 13}, {400, 200}, {1000, 200}};
  for (const auto& [desired, failures] : table) {
    EXPECT_EQ(FailureThreshold(EcsRules(), desired), failures) << desired;
  }
}

}  // namespace
}  // namespace twelve

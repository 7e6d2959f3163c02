#include "harness/release/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "harness/release/testdata/rollout_platform.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(Rollout, AGoodReleaseReplacesAllWithinTheBounds) {
  RolloutRules start_first = SwarmRules();
  SetOrder(start_first, true);
  RolloutRules half = EcsRules();
  SetHealthyPercent(half, 50, 100);
  for (const RolloutRules& rules :
       {EcsRules(), half, KubernetesRules(), SwarmRules(), start_first}) {
    for (const int desired : {1, 2, 3, 4, 10}) {
      if (BoundsOf(rules, desired) == RolloutBounds{desired, desired}) continue;
      Platform platform(rules, desired);
      platform.RunOneThenDeployTwo();
      platform.Settle();
      const RolloutBounds bounds = BoundsOf(rules, desired);
      EXPECT_EQ(platform.rollout.phase, RolloutPhase::kCompleted) << rules.name << desired;
      EXPECT_EQ(platform.rollout.stable, 2);
      EXPECT_EQ(platform.Of(2), desired);
      EXPECT_EQ(platform.rollout.slots.size(), static_cast<std::size_t>(desired));
      EXPECT_LE(platform.most, bounds.max_total) << rules.name << desired;
      EXPECT_GE(platform.fewest, bounds.min_ready) << rules.name << desired;
    }
  }
}

TEST(Rollout, EcsThatMayNeitherLoseNorAddMovesNothing) {
  RolloutRules rules = EcsRules();
  SetHealthyPercent(rules, 100, 100);
  Platform platform(rules, 2);
  platform.RunOneThenDeployTwo();
  platform.Settle();
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kInProgress);
  EXPECT_EQ(platform.Of(2), 0);
}

TEST(Rollout, EcsCountsATaskWithoutACheckAfterFortySeconds) {
  Platform platform(EcsRules(), 1, false);
  platform.RunOneThenDeployTwo();
  platform.AllComeUp();
  platform.Wait(milliseconds(39'999));
  EXPECT_EQ(platform.Of(1), 1) << "the old one stays until then";
  platform.Wait(milliseconds(1));
  EXPECT_EQ(platform.Of(1), 0);
  platform.AllThatDrainEnd();
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kCompleted);
}

TEST(Rollout, EcsBreaksAfterThreeThatNeverRanAndGoesBack) {
  Platform platform(EcsRules(), 2);
  platform.RunOneThenDeployTwo();
  for (int failure = 1; failure <= 3; ++failure) {
    EXPECT_EQ(platform.rollout.phase, RolloutPhase::kInProgress) << failure;
    platform.Send(SlotEnded{platform.TakeStarted()});
  }
  EXPECT_TRUE(platform.WentBack());
  EXPECT_TRUE(platform.Said("back from v2 to v1"));
  platform.Settle();
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kRolledBack);
  EXPECT_EQ(platform.rollout.failed, 2);
  EXPECT_EQ(platform.Of(1), 2);
  EXPECT_EQ(platform.Of(2), 0);
  EXPECT_GE(platform.fewest, 2) << "the old ones served all the time";
}

TEST(Rollout, AHealthyTaskResetsTheCountOfEcsUnlessToldOtherwise) {
  for (const bool resets : {true, false}) {
    RolloutRules rules = EcsRules();
    rules.healthy_resets = resets;
    Platform platform(rules, 2);
    platform.RunOneThenDeployTwo();
    platform.Send(SlotEnded{platform.TakeStarted()});
    platform.Send(SlotEnded{platform.TakeStarted()});
    const int good = platform.TakeStarted();
    platform.Send(SlotRunning{good});
    platform.Send(SlotHealth{good, true});
    platform.Send(SlotEnded{platform.TakeStarted()});
    EXPECT_EQ(platform.WentBack(), !resets);
  }
}

TEST(Rollout, EcsCountsFailingChecksOnceATaskRuns) {
  Platform platform(EcsRules(), 1);
  platform.RunOneThenDeployTwo();
  for (int failure = 1; failure <= 3; ++failure) {
    const int id = platform.TakeStarted();
    platform.Send(SlotRunning{id});
    platform.Send(SlotHealth{id, false});
    platform.AllThatDrainEnd();
  }
  EXPECT_TRUE(platform.WentBack());
}

TEST(Rollout, EcsUsesTheLatestDesiredCount) {
  Platform platform(EcsRules(), 20);
  platform.RunOneThenDeployTwo();
  for (int failure = 1; failure <= 4; ++failure) {
    platform.Send(SlotEnded{platform.TakeStarted()});
  }
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kInProgress) << "10 of 20 would do";
  platform.Send(DesiredChanged{4});
  platform.Send(SlotEnded{platform.rollout.slots.back().id});
  platform.Send(SlotEnded{platform.rollout.slots.back().id});
  int id = 0;
  for (const RolloutSlot& slot : platform.rollout.slots) {
    if (slot.release == 2 && slot.state == SlotState::kStarting) id = slot.id;
  }
  ASSERT_NE(id, 0);
  platform.Send(SlotEnded{id});
  EXPECT_TRUE(platform.WentBack()) << "3 are enough for 4";
}

TEST(Rollout, EcsHasNothingToGoBackToBeforeTheFirstCompleted) {
  Platform platform(EcsRules(), 1);
  platform.Send(DeployRelease{1});
  for (int failure = 1; failure <= 3; ++failure) {
    platform.Send(SlotEnded{platform.TakeStarted()});
  }
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kFailed);
  EXPECT_THAT(platform.said.back().reason, HasSubstr("no release to go back to"));
  EXPECT_TRUE(platform.started.empty()) << "nothing new is started";
}

TEST(Rollout, ARollbackIsNotRolledBack) {
  RolloutRules swarm = SwarmRules();
  swarm.action = RolloutRules::Action::kRollBack;
  for (const auto& [rules, end] :
       {std::pair(EcsRules(), RolloutPhase::kFailed), std::pair(swarm, RolloutPhase::kPaused)}) {
    Platform platform(rules, 3);
    platform.RunOneThenDeployTwo();
    if (end == RolloutPhase::kFailed) {
      // One old task is replaced, so that the way back has something to start.
      const int good = platform.TakeStarted();
      platform.Send(SlotRunning{good});
      platform.Send(SlotHealth{good, true});
    }
    // From now on whatever starts dies at once, on the way back too.
    for (int i = 0; i < 60 && platform.rollout.phase != end; ++i) {
      for (const StartSlot& slot : std::exchange(platform.started, {})) {
        platform.Send(SlotEnded{slot.id});
      }
      platform.AllThatDrainEnd();
      platform.Wait(seconds(6));
    }
    EXPECT_EQ(platform.rollout.phase, end) << rules.name;
    EXPECT_TRUE(platform.Said("back from v2 to v1")) << rules.name;
    EXPECT_TRUE(platform.Said("a rollback is not rolled back")) << rules.name;
  }
}

TEST(Rollout, SwarmPausesAtTheFirstFailureByDefault) {
  Platform platform(SwarmRules(), 3);
  platform.RunOneThenDeployTwo();
  EXPECT_TRUE(platform.started.empty()) << "the old one must be gone first";
  platform.AllThatDrainEnd();
  ASSERT_EQ(platform.started.size(), 1U);
  const int id = platform.TakeStarted();
  platform.Send(SlotRunning{id});
  platform.Send(SlotEnded{id});
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kPaused);
  EXPECT_EQ(platform.Of(1), 2);
}

TEST(Rollout, SwarmActsWhenMoreThanTheRatioFail) {
  RolloutRules rules = SwarmRules();
  rules.ratio = 0.5;
  Platform platform(rules, 4);
  platform.RunOneThenDeployTwo();
  for (int failure = 1; failure <= 3; ++failure) {
    EXPECT_EQ(platform.rollout.phase, RolloutPhase::kInProgress) << failure;
    platform.AllThatDrainEnd();
    platform.Wait(seconds(5));  // before it tries again
    const int id = platform.TakeStarted();
    ASSERT_NE(id, 0);
    platform.Send(SlotEnded{id});
  }
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kPaused)
      << "3 of 4 is more than a half, 2 is not";
}

TEST(Rollout, SwarmForgivesAnEndAfterTheMonitorTime) {
  Platform platform(SwarmRules(), 1);
  platform.RunOneThenDeployTwo();
  platform.AllThatDrainEnd();
  const int id = platform.TakeStarted();
  platform.Send(SlotRunning{id});
  platform.now += seconds(6);
  platform.Send(SlotEnded{id});
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kInProgress);
}

TEST(Rollout, SwarmStartsFirstAndWatchesTheLastSlot) {
  RolloutRules rules = SwarmRules();
  SetOrder(rules, true);
  Platform platform(rules, 2);
  platform.RunOneThenDeployTwo();
  EXPECT_EQ(platform.started.size(), 1U);
  EXPECT_TRUE(platform.draining.empty());
  for (int slot = 0; slot < 2; ++slot) {
    platform.AllComeUp();
    platform.AllThatDrainEnd();
    platform.Send(TimePassed{});
  }
  EXPECT_EQ(platform.Of(2), 2);
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kInProgress) << "it watches one monitor longer";
  platform.Wait(seconds(5));
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kCompleted);
}

TEST(Rollout, SwarmHasNoPreviousAfterARollback) {
  RolloutRules rules = SwarmRules();
  rules.action = RolloutRules::Action::kRollBack;
  Platform platform(rules, 1);
  platform.RunOneThenDeployTwo();
  platform.AllThatDrainEnd();
  platform.Send(SlotEnded{platform.TakeStarted()});
  platform.Settle();
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kRolledBack);
  EXPECT_EQ(platform.rollout.previous, 0);
}

TEST(Rollout, KubernetesSaysThatItIsLateAndUndoesNothing) {
  Platform platform(KubernetesRules(), 4);
  platform.RunOneThenDeployTwo();
  platform.Wait(seconds(599));
  EXPECT_FALSE(platform.rollout.late);
  platform.Wait(seconds(1));
  EXPECT_TRUE(platform.rollout.late);
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kInProgress);
  EXPECT_EQ(platform.rollout.target, 2);
  EXPECT_GE(platform.Ready(), 3);
}

TEST(Rollout, KubernetesCountsTheDeadlineFromTheLastProgress) {
  Platform platform(KubernetesRules(), 4);
  platform.RunOneThenDeployTwo();
  platform.Wait(seconds(500));
  const int id = platform.TakeStarted();
  platform.Send(SlotRunning{id});
  platform.Send(SlotHealth{id, true});
  platform.Wait(seconds(500));
  EXPECT_FALSE(platform.rollout.late);
  platform.Wait(seconds(100));
  EXPECT_TRUE(platform.rollout.late);
}

TEST(Rollout, ANewReleaseTakesOverInTheMiddle) {
  Platform platform(EcsRules(), 4);
  platform.RunOneThenDeployTwo();
  platform.Send(DeployRelease{3});
  platform.Settle();
  EXPECT_EQ(platform.rollout.phase, RolloutPhase::kCompleted);
  EXPECT_EQ(platform.Of(3), 4);
  EXPECT_EQ(platform.rollout.slots.size(), 4U);
}

TEST(Rollout, ScalesWhatRuns) {
  Platform platform(KubernetesRules(), 2);
  platform.Send(DeployRelease{1});
  platform.Settle();
  platform.Send(DesiredChanged{5});
  platform.Settle();
  EXPECT_EQ(platform.Ready(), 5);
  platform.Send(DesiredChanged{1});
  platform.Settle();
  EXPECT_EQ(platform.rollout.slots.size(), 1U);
}

TEST(Rollout, NeverStartsBeyondTheMaximumWhateverHappens) {
  std::mt19937 random(7);
  RolloutRules start_first = SwarmRules();
  SetOrder(start_first, true);
  for (const RolloutRules& rules : {EcsRules(), KubernetesRules(), SwarmRules(), start_first}) {
    for (int run = 0; run < 50; ++run) {
      const int desired = 1 + static_cast<int>(random() % 6);
      Platform platform(rules, desired);
      platform.RunOneThenDeployTwo();
      for (int i = 0; i < 200; ++i) {
        platform.now += milliseconds(random() % 3000);
        const int id = 1 + static_cast<int>(random() % 30);
        switch (random() % 4) {
          case 0:
            platform.Send(SlotRunning{id});
            break;
          case 1:
            platform.Send(SlotHealth{id, random() % 4 != 0});
            break;
          case 2:
            platform.Send(SlotEnded{id});
            break;
          default:
            platform.Send(TimePassed{});
            break;
        }
      }
      EXPECT_LE(platform.most, BoundsOf(rules, desired).max_total) << rules.name;
    }
  }
}

}  // namespace
}  // namespace twelve

#include "harness/router/router_targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using testing::ElementsAre;

class RouterTargetsTest : public testing::Test {
 protected:
  RouterTargets Make(int count) {
    RouterTargets targets(plan_, [this](std::string text) { told_.push_back(std::move(text)); });
    std::vector<LoadTarget> list;
    for (int i = 1; i <= count; ++i) {
      list.push_back({"web." + std::to_string(i), static_cast<std::uint16_t>(8000 + i)});
    }
    targets.Set(list);
    return targets;
  }
  static std::vector<int> Picks(RouterTargets& targets, int count) {
    std::vector<int> picks;
    for (int i = 0; i < count; ++i) picks.push_back(targets.Pick({}).value_or(999));
    return picks;
  }

  RouterPlan plan_;
  std::vector<std::string> told_;
};

TEST_F(RouterTargetsTest, NobodyServesBeforeItsFirstProbe) {
  RouterTargets targets = Make(2);
  EXPECT_FALSE(targets.Pick({}).has_value());
  EXPECT_EQ(targets.WhyNobody(),
            "No process is ready. web.1: it has not been asked yet; web.2: it has not been asked "
            "yet.");
  targets.OnProbe(1, ProbeResult::kReady);
  EXPECT_THAT(Picks(targets, 2), ElementsAre(1, 1));
  EXPECT_EQ(told_.back(), "web.2 is ready");
}

TEST_F(RouterTargetsTest, RoundRobinTakesTurns) {
  plan_.probe_readiness = false;
  RouterTargets targets = Make(3);
  EXPECT_THAT(Picks(targets, 6), ElementsAre(0, 1, 2, 0, 1, 2));
}

TEST_F(RouterTargetsTest, LeastConnectionsTakesTheIdlest) {
  plan_.probe_readiness = false;
  plan_.policy = RouterPolicy::kLeastConnections;
  RouterTargets targets = Make(3);
  targets.at(0).in_flight = 3;
  targets.at(1).in_flight = 1;
  targets.at(2).in_flight = 2;
  EXPECT_EQ(targets.Pick({}), 1);
  targets.at(1).in_flight = 5;
  EXPECT_EQ(targets.Pick({}), 2);
}

TEST_F(RouterTargetsTest, FallsAfterTwoFailedProbesAndRisesAfterOne) {
  RouterTargets targets = Make(1);
  targets.OnProbe(0, ProbeResult::kReady);
  targets.OnProbe(0, ProbeResult::kNotReady);
  EXPECT_TRUE(targets.MayServe(0));
  targets.OnProbe(0, ProbeResult::kReady);
  targets.OnProbe(0, ProbeResult::kUnreachable);
  EXPECT_TRUE(targets.MayServe(0));  // not two in a row
  targets.OnProbe(0, ProbeResult::kNotReady);
  EXPECT_FALSE(targets.MayServe(0));
  EXPECT_EQ(told_.back(), "web.1 gets no more requests: it says that it is not ready");
  targets.OnProbe(0, ProbeResult::kReady);
  EXPECT_TRUE(targets.MayServe(0));
}

TEST_F(RouterTargetsTest, ARefusedConnectionCountsAtOnce) {
  RouterTargets targets = Make(2);
  targets.OnProbe(0, ProbeResult::kReady);
  targets.OnProbe(1, ProbeResult::kReady);
  targets.OnRefused(0);
  EXPECT_THAT(Picks(targets, 2), ElementsAre(1, 1));
}

TEST_F(RouterTargetsTest, ASecondTryGoesElsewhereIfItCan) {
  plan_.probe_readiness = false;
  RouterTargets two = Make(2);
  EXPECT_EQ(two.Pick({}, 0), 1);
  RouterTargets one = Make(1);
  EXPECT_EQ(one.Pick({}, 0), 0);
}

TEST_F(RouterTargetsTest, ACookieNamesItsProcessWhileThatServes) {
  plan_.probe_readiness = false;
  RouterTargets targets = Make(3);
  EXPECT_EQ(targets.Pick("web.2"), 1);
  EXPECT_EQ(targets.Pick("web.2"), 1);
  ASSERT_TRUE(targets.Drain("web.2", true).ok());
  EXPECT_NE(targets.Pick("web.2"), 1);
  EXPECT_TRUE(targets.Pick("no-such").has_value());
}

TEST_F(RouterTargetsTest, DrainingTakesNewRequestsAway) {
  plan_.probe_readiness = false;
  RouterTargets targets = Make(2);
  ASSERT_TRUE(targets.Drain("web.1", true).ok());
  EXPECT_THAT(Picks(targets, 2), ElementsAre(1, 1));
  ASSERT_TRUE(targets.Drain("web.1", false).ok());
  EXPECT_THAT(Picks(targets, 2), ElementsAre(0, 1));
  EXPECT_EQ(targets.Drain("web.9", true).error().code, ErrorCode::kNotFound);
}

TEST_F(RouterTargetsTest, TargetsKeepTheirNumbers) {
  plan_.probe_readiness = false;
  RouterTargets targets = Make(2);
  targets.Set({{"web.2", 8002}, {"web.3", 8003}});
  EXPECT_FALSE(targets.MayServe(0));
  EXPECT_THAT(Picks(targets, 2), ElementsAre(1, 2));
  targets.Set({{"web.1", 8001}});
  EXPECT_THAT(Picks(targets, 2), ElementsAre(0, 0));
  EXPECT_EQ(targets.entries().size(), 3u);
}

}  // namespace
}  // namespace twelve

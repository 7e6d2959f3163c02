#include "harness/load/load_balancer.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

const std::vector<LoadTarget> kThree = {{"web.1", 20001}, {"web.2", 20002}, {"web.3", 20003}};

std::vector<int> PickMany(LoadBalancer& balancer, int count) {
  std::vector<int> picks;
  for (int i = 0; i < count; ++i) {
    const auto pick = balancer.Pick();
    picks.push_back(pick ? *pick : -1);
  }
  return picks;
}

TEST(LoadBalancer, GoesRoundRobin) {
  LoadBalancer balancer(/*probing=*/false);
  balancer.SetTargets(kThree);
  EXPECT_EQ(PickMany(balancer, 6), (std::vector<int>{0, 1, 2, 0, 1, 2}));
}

TEST(LoadBalancer, UsesNobodyBeforeAProbeSucceeded) {
  LoadBalancer balancer(/*probing=*/true);
  balancer.SetTargets(kThree);
  EXPECT_EQ(balancer.Pick(), std::nullopt);
  EXPECT_FALSE(balancer.AllJudged());
  balancer.OnProbe(1, ProbeResult::kReady);
  EXPECT_EQ(PickMany(balancer, 2), (std::vector<int>{1, 1}));
  balancer.OnProbe(0, ProbeResult::kUnreachable);
  balancer.OnProbe(2, ProbeResult::kNotReady);
  EXPECT_TRUE(balancer.AllJudged());
}

TEST(LoadBalancer, FallsAfterTwoFailuresAndRisesAfterOneSuccess) {
  LoadBalancer balancer(/*probing=*/true);
  balancer.SetTargets(kThree);
  balancer.OnProbe(0, ProbeResult::kReady);
  balancer.OnProbe(0, ProbeResult::kNotReady);
  EXPECT_TRUE(balancer.entries()[0].ready);
  balancer.OnProbe(0, ProbeResult::kReady);  // in a row is what counts
  balancer.OnProbe(0, ProbeResult::kNotReady);
  EXPECT_TRUE(balancer.entries()[0].ready);
  balancer.OnProbe(0, ProbeResult::kNotReady);
  EXPECT_FALSE(balancer.entries()[0].ready);
  balancer.OnProbe(0, ProbeResult::kReady);
  EXPECT_TRUE(balancer.entries()[0].ready);
}

TEST(LoadBalancer, ARefusalTakesATargetOutAtOnce) {
  LoadBalancer balancer(/*probing=*/true);
  balancer.SetTargets(kThree);
  balancer.OnProbe(0, ProbeResult::kReady);
  balancer.OnRefused(0);
  EXPECT_EQ(balancer.Pick(), std::nullopt);
  balancer.OnProbe(0, ProbeResult::kReady);
  balancer.OnProbe(0, ProbeResult::kUnreachable);
  EXPECT_EQ(balancer.Pick(), std::nullopt);
}

TEST(LoadBalancer, WithoutProbesARefusingTargetStaysInTheRound) {
  LoadBalancer balancer(/*probing=*/false);
  balancer.SetTargets(kThree);
  balancer.OnRefused(0);
  EXPECT_EQ(PickMany(balancer, 3), (std::vector<int>{0, 1, 2}));
}

TEST(LoadBalancer, PrefersAnotherTargetForASecondTry) {
  LoadBalancer balancer(/*probing=*/false);
  balancer.SetTargets(kThree);
  EXPECT_EQ(balancer.Pick(0), 1);
  balancer.SetTargets({kThree[0]});
  EXPECT_EQ(balancer.Pick(0), 0);
}

TEST(LoadBalancer, NumbersStayWhenTargetsChange) {
  LoadBalancer balancer(/*probing=*/false);
  balancer.SetTargets(kThree);
  balancer.SetTargets({kThree[2], {"web.4", 20004}});
  EXPECT_EQ(PickMany(balancer, 4), (std::vector<int>{2, 3, 2, 3}));
  balancer.SetTargets({kThree[0]});
  EXPECT_EQ(PickMany(balancer, 2), (std::vector<int>{0, 0}));
  EXPECT_EQ(balancer.entries().size(), 4u);
  balancer.SetTargets({});
  EXPECT_EQ(balancer.Pick(), std::nullopt);
}

}  // namespace
}  // namespace twelve

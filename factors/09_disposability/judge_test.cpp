#include "factors/09_disposability/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve::disposability {
namespace {

using ::testing::HasSubstr;

SignalFacts CleanStop() {
  SignalFacts facts;
  facts.process = "web.2";
  facts.grace_ms = 5000;
  facts.in_flight = 3;
  facts.end_ms = 712;
  facts.exit = "exit 0";
  facts.back_ms = 40;
  facts.traffic = {96, 0, 0, 240};
  return facts;
}

double Figure(const StepResult& result, const std::string& name) {
  for (const auto& [key, value] : result.figures) {
    if (key == name) return value;
  }
  return -1;
}

TEST(JudgeTerm, HoldsWhenNothingFailedAndNothingIsLeft) {
  const StepResult result = JudgeTerm(CleanStop());
  EXPECT_TRUE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("0 of 96 requests failed"));
  EXPECT_THAT(result.observed, HasSubstr("ended after 0.71 s with exit 0"));
  EXPECT_EQ(Figure(result, "failed_requests"), 0);
  EXPECT_EQ(Figure(result, "in_flight"), 3);
}

TEST(JudgeTerm, OneFailedRequestBreaksIt) {
  SignalFacts facts = CleanStop();
  facts.traffic.failed = 1;
  EXPECT_FALSE(JudgeTerm(facts).held);
}

TEST(JudgeTerm, WithoutTrafficNothingWasShown) {
  SignalFacts facts = CleanStop();
  facts.traffic = {};
  EXPECT_FALSE(JudgeTerm(facts).held);
}

TEST(JudgeTerm, AProcessThatHadToBeKilledBreaksItEvenWithoutAFailure) {
  SignalFacts facts = CleanStop();
  facts.ended_by_us = true;
  const StepResult result = JudgeTerm(facts);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("ignored SIGTERM for 5 s"));
}

TEST(JudgeTerm, AnOrphanThatServesBreaksIt) {
  SignalFacts facts = CleanStop();
  facts.exit = "SIGTERM";
  facts.left_behind = 1;
  facts.still_serving = true;
  const StepResult result = JudgeTerm(facts);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("1 process of it went on serving"));
}

TEST(JudgeTerm, SaysWhyTheSuccessorDidNotStart) {
  SignalFacts facts = CleanStop();
  facts.back_ms.reset();
  facts.refused = "exit 1 after 0.01 s";
  const StepResult result = JudgeTerm(facts);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("exit 1 after 0.01 s"));
}

TEST(JudgeKill, CutRequestsOnTheKilledProcessAreExpected) {
  SignalFacts facts = CleanStop();
  facts.traffic = {90, 3, 0, 240};
  const StepResult result = JudgeKill(facts);
  EXPECT_TRUE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("3 of 90 requests failed"));
  EXPECT_THAT(result.observed, HasSubstr("back after 0.04 s"));
}

TEST(JudgeKill, FailuresOnOtherProcessesBreakIt) {
  SignalFacts facts = CleanStop();
  facts.traffic = {90, 3, 1, 240};
  EXPECT_FALSE(JudgeKill(facts).held);
}

TEST(JudgeKill, AProcessThatDoesNotComeBackBreaksIt) {
  SignalFacts facts = CleanStop();
  facts.traffic = {90, 3, 0, 240};
  facts.back_ms.reset();
  facts.refused = "exit 1 after 0.01 s";
  const StepResult result = JudgeKill(facts);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("did not come back: exit 1"));
}

TEST(JudgeKill, AnOrphanThatServesBreaksIt) {
  SignalFacts facts = CleanStop();
  facts.left_behind = 1;
  facts.still_serving = true;
  const StepResult result = JudgeKill(facts);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("1 process of it outlived the signal"));
}

TEST(JudgeTerm, AnotherExitCodeThanZeroBreaksIt) {
  SignalFacts facts = CleanStop();
  facts.exit = "exit 1";
  const StepResult result = JudgeTerm(facts);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("exit 1"));
}

TEST(JudgeWorker, EachJobOnceHolds) {
  EXPECT_TRUE(JudgeWorker({.jobs = 3, .done = 3, .effects = 3}).held);
}

TEST(JudgeWorker, ALostOrADoubledEffectBreaksIt) {
  EXPECT_FALSE(JudgeWorker({.jobs = 3, .done = 3, .effects = 2}).held);
  EXPECT_FALSE(JudgeWorker({.jobs = 3, .done = 3, .effects = 4}).held);
  EXPECT_FALSE(JudgeWorker({.jobs = 3, .done = 2, .effects = 3}).held);
}

TEST(JudgeWorker, WhatWasNotMeasuredDoesNotHold) {
  const StepResult result = JudgeWorker({.jobs = 3, .trouble = "web.1 took no job"});
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("web.1 took no job"));
}

TEST(JudgeMoment, HoldsWhenItEndsInTimeAndTheAnswerIsWhole) {
  MomentFacts facts{.moment = "Ctrl+C",
                    .end_ms = 700,
                    .answer_expected = true,
                    .answered = true,
                    .limit_ms = 5000};
  EXPECT_TRUE(JudgeMoment(facts).held);
  facts.answered = false;
  EXPECT_FALSE(JudgeMoment(facts).held);
  facts.answered = true;
  facts.end_ms.reset();
  EXPECT_FALSE(JudgeMoment(facts).held);
  EXPECT_THAT(JudgeMoment(facts).observed, HasSubstr("had to be killed"));
}

TEST(JudgePause, LateIsNotFailed) {
  EXPECT_TRUE(JudgePause("web.3", 1500, {120, 0, 0, 1712}).held);
  EXPECT_FALSE(JudgePause("web.3", 1500, {120, 1, 0, 1712}).held);
  EXPECT_FALSE(JudgePause("web.3", 1500, {}).held);
}

TEST(JudgeScale, TroubleBreaksItAndIsSaid) {
  EXPECT_TRUE(JudgeScale(3, 5, 2, {200, 0, 0, 300}, "").held);
  const StepResult result = JudgeScale(3, 5, 2, {200, 0, 0, 300}, "After 30 s not all were ready");
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("After 30 s"));
}

TEST(JudgeStart, TheSlowestStartDecides) {
  EXPECT_TRUE(JudgeStart({40, 55, 5000}, "").held);
  EXPECT_FALSE(JudgeStart({40, 55, 5001}, "").held);
  EXPECT_EQ(Figure(JudgeStart({55, 40, 70}, ""), "start_median_ms"), 55);
}

TEST(JudgeStart, NothingMeasuredDoesNotHold) {
  EXPECT_FALSE(JudgeStart({}, "").held);
  EXPECT_THAT(JudgeStart({}, "exit 78 after 0.01 s").observed, HasSubstr("exit 78"));
}

TEST(JudgeWrapper, HoldsOnlyWhenTheOrphanAnswers) {
  WrapperFacts facts{true, 12, {"pid 4711 (twelve-service web)"}, true};
  EXPECT_TRUE(JudgeWrapper(facts).held);
  EXPECT_THAT(JudgeWrapper(facts).observed, HasSubstr("pid 4711"));
  facts.still_serving = false;
  EXPECT_FALSE(JudgeWrapper(facts).held);
  facts = {};
  EXPECT_FALSE(JudgeWrapper(facts).held);
}

RequestRecord Request(int ms_from, int ms_to, int target, Outcome outcome) {
  using std::chrono::milliseconds;
  RequestRecord record;
  const TimePoint zero(std::chrono::hours(1));
  record.intended = record.sent = zero + milliseconds(ms_from);
  record.done = zero + milliseconds(ms_to);
  record.target = static_cast<std::uint16_t>(target);
  record.outcome = outcome;
  return record;
}

TEST(CountTraffic, CountsRequestsWhoseLifeTouchesTheSpan) {
  LoadSnapshot load;
  load.targets.resize(2);
  load.targets[0].target.name = "web.1";
  load.targets[1].target.name = "web.2";
  load.requests = {
      Request(0, 90, 0, Outcome::kReset),     // over before
      Request(50, 150, 1, Outcome::kReset),   // in flight when it began
      Request(120, 180, 0, Outcome::kOk),     //
      Request(199, 300, 0, Outcome::kCut),    // planned just before its end
      Request(201, 260, 1, Outcome::kReset),  // later
  };
  const TimePoint zero(std::chrono::hours(1));
  using std::chrono::milliseconds;
  const Traffic traffic =
      CountTraffic(load, "web.2", zero + milliseconds(100), zero + milliseconds(200));
  EXPECT_EQ(traffic.total, 3);
  EXPECT_EQ(traffic.failed, 2);
  EXPECT_EQ(traffic.failed_elsewhere, 1);
  EXPECT_DOUBLE_EQ(traffic.slowest_ms, 101);
}

TEST(CountTraffic, LeavesOutWhatIsStillInFlight) {
  LoadSnapshot load;
  load.requests = {Request(0, 100, 0, Outcome::kOk)};
  load.requests[0].in_flight = true;
  const TimePoint zero(std::chrono::hours(1));
  EXPECT_EQ(CountTraffic(load, "web.1", zero, zero + std::chrono::seconds(1)).total, 0);
}

}  // namespace
}  // namespace twelve::disposability

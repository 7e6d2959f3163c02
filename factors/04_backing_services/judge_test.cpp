#include "factors/04_backing_services/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve::backing_services {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

SwapFacts CleanSwap() {
  SwapFacts facts;
  facts.database_b = "PostgreSQL B";
  facts.cache_b = "Redis B";
  facts.item_on_b = facts.session_on_b = {404, 2};
  facts.session_beside = facts.item_beside = facts.item_back = facts.session_back = {200, 2};
  return facts;
}

TEST(JudgeSwap, EachPlugMovesItsOwnWire) {
  const StepResult result = JudgeSwap(CleanSwap());
  EXPECT_TRUE(result.held);
  EXPECT_EQ(result.observed,
            "Database on PostgreSQL B: item 404, session 200. Cache on Redis B: item 200, session "
            "404. Both back: item 200, session 200.");
}

TEST(JudgeSwap, AnyAnswerThatIsWrongBreaksIt) {
  Answered SwapFacts::*const answers[] = {&SwapFacts::item_on_b,   &SwapFacts::session_beside,
                                          &SwapFacts::item_beside, &SwapFacts::session_on_b,
                                          &SwapFacts::item_back,   &SwapFacts::session_back};
  for (Answered SwapFacts::*const answer : answers) {
    SwapFacts facts = CleanSwap();
    (facts.*answer).status = (facts.*answer).status == 200 ? 404 : 200;
    EXPECT_FALSE(JudgeSwap(facts).held);
    (facts.*answer).status = 503;
    EXPECT_FALSE(JudgeSwap(facts).held);
  }
}

TEST(JudgeAbsent, LivesRefusesAndComesBack) {
  AbsentFacts facts;
  facts.lived = true;
  facts.item = {503, 3};
  facts.plain = {200, 1};
  facts.back_ms = 400;
  EXPECT_TRUE(JudgeAbsent(facts).held);
  EXPECT_THAT(JudgeAbsent(facts).observed, HasSubstr("503 after 3 ms"));
  facts.item.ms = 2500;
  EXPECT_FALSE(JudgeAbsent(facts).held);
  facts.item.ms = 3;
  facts.back_ms = -1;
  facts.limit_ms = 8000;
  EXPECT_FALSE(JudgeAbsent(facts).held);
  EXPECT_THAT(JudgeAbsent(facts).observed, HasSubstr("it was not there within 8 s"));
}

TEST(JudgeSilence, EveryRequestMustEndAndTheOthersMustBePrompt) {
  SilenceFacts facts;
  facts.sent = facts.ended = 8;
  facts.slowest_ms = 2000;
  facts.limit_ms = 8000;
  facts.health = facts.plain = {200, 4};
  EXPECT_TRUE(JudgeSilence(facts).held);
  EXPECT_THAT(JudgeSilence(facts).observed, StartsWith("8 of 8 requests ended, the slowest after"));
  facts.health.status = 503;
  EXPECT_FALSE(JudgeSilence(facts).held);
  facts.health = {200, 4};
  facts.ended = 7;
  EXPECT_FALSE(JudgeSilence(facts).held);
  EXPECT_THAT(JudgeSilence(facts).observed, StartsWith("7 of 8 requests ended within 8 s."));
  facts.sent = facts.ended = 0;
  EXPECT_FALSE(JudgeSilence(facts).held);
}

TEST(JudgeFailover, NeverBackNamesTheLastAnswer) {
  FailoverFacts facts;
  facts.down_ms = 300;
  facts.back_ms = 100;
  EXPECT_TRUE(JudgeFailover(facts).held);
  facts.back_ms = -1;
  facts.limit_ms = 8000;
  facts.last.status = 503;
  EXPECT_FALSE(JudgeFailover(facts).held);
  EXPECT_THAT(JudgeFailover(facts).observed, HasSubstr("8 s later the service still says 503."));
}

TEST(JudgeFailover, WhatThisMachineCannotShowIsSaid) {
  FailoverFacts facts;
  facts.missing = "PostgreSQL is not installed.";
  EXPECT_EQ(JudgeFailover(facts).observed, "Not measured here: PostgreSQL is not installed.");
}

TEST(JudgeEgress, OneConnectionIsOneTooMany) {
  EXPECT_TRUE(JudgeEgress({4317, 0}).held);
  EXPECT_FALSE(JudgeEgress({4317, 1}).held);
  EXPECT_THAT(JudgeEgress({4317, 1}).observed, HasSubstr("1 connection to 127.0.0.1:4317"));
  EXPECT_FALSE(JudgeEgress({4317, 0, "the port is taken"}).held);
}

}  // namespace
}  // namespace twelve::backing_services

#include "factors/06_processes/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve::processes {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Sight Says(const std::string& process, std::int64_t value) {
  return {process, 200, "", value, {}};
}
Sight Refuses(const std::string& process, int status) {
  return {process, status, "", -1, {}};
}

TEST(JudgeKill, HoldsWhenEverybodyKnowsTheWholeCart) {
  const StepResult result =
      JudgeKill({"web.1", 2, {Says("web.2", 2), Says("web.3", 2), Says("web.1", 2)}});
  EXPECT_TRUE(result.held);
  EXPECT_EQ(result.observed,
            "web.1 served Ada and was killed. 3 of 3 processes know her and the 2 items in her "
            "cart.");
}

TEST(JudgeKill, AStrangerAndAnEmptyCartBothBreakIt) {
  const StepResult result =
      JudgeKill({"web.1", 2, {Refuses("web.2", 404), Says("web.3", 0), Says("web.1", 2)}});
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed,
              HasSubstr("1 of 3 processes know her: web.2 says 404, web.3 says 0."));
}

TEST(JudgeKill, NobodyAskedIsNotHeld) {
  EXPECT_FALSE(JudgeKill({"web.1", 2, {}}).held);
}

TEST(JudgeKill, SaysWhatWentWrongBeforeItCouldMeasure) {
  KillFacts facts;
  facts.trouble = "web.1 did not fill her cart: it says 503.";
  const StepResult result = JudgeKill(facts);
  EXPECT_FALSE(result.held);
  EXPECT_EQ(result.observed, facts.trouble);
}

TEST(JudgeKill, NoAnswerIsNamedWithItsReason) {
  Sight silent;
  silent.process = "web.2";
  silent.problem = "refused: nobody listens on the port";
  EXPECT_THAT(JudgeKill({"web.1", 2, {silent}}).observed,
              HasSubstr("web.2 gives no answer (refused: nobody listens on the port)"));
}

TEST(JudgePinned, HealthyUntilTheScaleDown) {
  const StepResult result = JudgePinned({"web.3", 6, 6, 6, 0, 2});
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("known in 6 of 6 answers. Once web.3 was scaled away: in "
                                         "0 of 6."));
}

TEST(JudgePinned, ACookieThatNamesTheProcessBreaksItAlone) {
  PinnedFacts facts{"web.3", 6, 6, 6, 6, 2};
  EXPECT_TRUE(JudgePinned(facts).held);
  facts.cookies = {"SERVERID=11", "SERVERID=12"};
  const StepResult result = JudgePinned(facts);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("(SERVERID=11, SERVERID=12)"));
}

TEST(PinningCookies, AreTheSameForAProcessAndOthersElsewhere) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  EXPECT_THAT(PinningCookies({{{"A=1"}, {"A=1"}}, {{"A=2"}, {"A=2"}}}), ElementsAre("A=1", "A=2"));
  EXPECT_THAT(PinningCookies({{{"new=1"}, {"new=2"}}, {{"new=3"}, {"new=4"}}}), IsEmpty());
  EXPECT_THAT(PinningCookies({{{"theme=dark"}, {"theme=dark"}}, {{"theme=dark"}, {"theme=dark"}}}),
              IsEmpty());
  EXPECT_THAT(PinningCookies({{{"A=1"}, {"A=1"}}}), IsEmpty());
}

TEST(JudgeRestart, CountsCartAndItemApart) {
  RestartFacts facts;
  facts.items = 2;
  facts.quantity = 3;
  facts.carts = {Says("web.1", 2), Says("web.2", 2)};
  facts.stock = {Says("web.1", 3), Says("web.2", 3)};
  EXPECT_TRUE(JudgeRestart(facts).held);
  facts.stock[1] = Refuses("web.2", 404);
  const StepResult result = JudgeRestart(facts);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("Ada's cart is known to 2, the item to 1."));
  EXPECT_THAT(result.observed, HasSubstr("Asked for the item, web.2 says 404."));
  EXPECT_THAT(result.observed, Not(HasSubstr("Asked for the cart")));
}

TEST(JudgeReaders, AnOldNumberIsToldFromAMissingOne) {
  ReaderFacts facts{"web.1", 3, 7};
  facts.before = {Says("web.1", 3), Says("web.2", 3)};
  facts.after = {Says("web.1", 7), Says("web.2", 7)};
  EXPECT_TRUE(JudgeReaders(facts).held);
  facts.after[1] = Says("web.2", 3);
  EXPECT_FALSE(JudgeReaders(facts).held);
  EXPECT_EQ(JudgeReaders(facts).observed,
            "All 2 processes read 3 apples. After the change to 7, web.2 says 3.");
  facts.before[1] = Refuses("web.2", 404);
  EXPECT_THAT(JudgeReaders(facts).observed,
              HasSubstr("web.1 stored 3 apples, but web.2 says 404."));
}

TEST(JudgeSaved, FoundAndLostAddUpToWhatWasAcknowledged) {
  const StepResult result = JudgeSaved({"web.2", "web.3", 5, 2, 12});
  EXPECT_FALSE(result.held);
  EXPECT_EQ(
      result.observed,
      "web.2 acknowledged 5 items and was killed 12 ms later. web.3 finds 2 of them: 3 lost.");
  EXPECT_TRUE(JudgeSaved({"web.2", "web.3", 5, 5, 12}).held);
  EXPECT_FALSE(JudgeSaved({"web.2", "web.3", 0, 0, 12}).held);
}

TEST(JudgeUpload, OtherBytesAreNotTheFile) {
  UploadFacts facts{"web.1", 20000};
  facts.downloads = {Says("web.1", 20000), Says("web.2", 20000)};
  EXPECT_TRUE(JudgeUpload(facts).held);
  facts.downloads[1] = Says("web.2", -1);
  EXPECT_FALSE(JudgeUpload(facts).held);
  EXPECT_THAT(JudgeUpload(facts).observed,
              HasSubstr("1 of 2 processes give it back: web.2 says something else."));
}

}  // namespace
}  // namespace twelve::processes

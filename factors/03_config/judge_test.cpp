#include "factors/03_config/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kConfig = R"({
  "PORT": {"value": "8000", "from": "environment"},
  "API_KEY": {"value": "***", "from": "environment", "secret": true},
  "APP_REGION": {"value": "local", "from": "default"}})";

TEST(FindDisagreements, FindsNoneWhereEachVariableIsAsGiven) {
  int compared = 0;
  EXPECT_THAT(FindDisagreements({{"PORT", "8000"}, {"API_KEY", "secret"}}, kConfig, compared),
              IsEmpty());
  EXPECT_EQ(compared, 2);
}

TEST(FindDisagreements, NamesAnotherValueAnIgnoredOneAndOneFromNowhere) {
  int compared = 0;
  EXPECT_THAT(
      FindDisagreements({{"PORT", "9000"}, {"APP_REGION", "local"}}, kConfig, compared),
      ElementsAre(HasSubstr("API_KEY is set to"), HasSubstr("APP_REGION"), HasSubstr("PORT")));
  EXPECT_EQ(compared, 2);
}

TEST(FindDisagreements, ReadsNothingOutOfWhatIsNoConfig) {
  int compared = 0;
  EXPECT_EQ(FindDisagreements({}, "<html>", compared).size(), 1u);
  EXPECT_EQ(ValueInForce("<html>", "PORT"), "");
  EXPECT_EQ(ValueInForce(kConfig, "PORT"), "8000");
}

DeployFacts Good(const std::string& name) {
  return {name, "v1", "3f9c21a0", 9, {}, {}};
}

TEST(JudgeTwoDeploys, HoldsWithOneProgramAndTwoEnvironments) {
  const StepResult result = JudgeTwoDeploys(Good("staging.1"), Good("production.1"), 5);
  EXPECT_TRUE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("5 variables differ, and all 18 are in force"));
}

TEST(JudgeTwoDeploys, AnotherProgramOrAnIgnoredVariableBreaksIt) {
  DeployFacts other = Good("production.1");
  other.fingerprint = "0000";
  EXPECT_FALSE(JudgeTwoDeploys(Good("staging.1"), other, 5).held);
  other = Good("production.1");
  other.wrong = {"PORT is \"1\" and not what its environment says"};
  const StepResult result = JudgeTwoDeploys(Good("staging.1"), other, 5);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.observed, HasSubstr("production.1: PORT"));
}

ReleaseFacts GoodRelease() {
  ReleaseFacts facts{"LOG_LEVEL",       "DEBUG",           "INFO", "DEBUG", "INFO",
                     Good("staging.1"), Good("staging.1"), true};
  facts.after.release = "v2";
  return facts;
}

TEST(JudgeRelease, NeedsTheOldValueBeforeTheNewOneAfterAndANumber) {
  EXPECT_TRUE(JudgeRelease(GoodRelease()).held);
  ReleaseFacts facts = GoodRelease();
  facts.seen_after = "DEBUG";
  EXPECT_FALSE(JudgeRelease(facts).held);
  facts = GoodRelease();
  facts.after.release = "v1";
  EXPECT_FALSE(JudgeRelease(facts).held);
  facts = GoodRelease();
  facts.other_untouched = false;
  EXPECT_THAT(JudgeRelease(facts).observed, HasSubstr("the other deploy changed too"));
}

TEST(JudgeFiles, SaysWhichVariableAFileWon) {
  EXPECT_TRUE(JudgeFiles(3, Good("files.1")).held);
  DeployFacts facts = Good("files.1");
  facts.wrong = {"SERVICE_NAME is \"from-config-yml\" and not what its environment says"};
  EXPECT_FALSE(JudgeFiles(3, facts).held);
  EXPECT_THAT(JudgeFiles(3, facts).observed, HasSubstr("from-config-yml"));
}

TEST(JudgeMissing, HoldsWhenEveryNameIsNamedAtOnce) {
  const StepResult result = JudgeMissing(
      {{{"API_KEY"}, 78, {"API_KEY"}, false, 0}, {{"A", "B"}, 78, {"A", "B"}, false, 0}});
  EXPECT_TRUE(result.held);
  EXPECT_EQ(result.observed, "exit 78 that names 1 of 1; exit 78 that names 2 of 2.");
}

TEST(JudgeMissing, AStartWithADefaultKeyIsToldApartFromOneThatFailsLater) {
  const StartFacts changeme{{"API_KEY"}, {}, {}, true, 200};
  EXPECT_THAT(JudgeMissing({changeme}).observed, HasSubstr("key \"changeme\" got 200"));
  const StartFacts lazy{{"API_KEY"}, {}, {}, true, 500};
  EXPECT_THAT(JudgeMissing({lazy}).observed, HasSubstr("first request to the API got 500"));
  EXPECT_FALSE(JudgeMissing({lazy}).held);
  EXPECT_FALSE(JudgeMissing({{{"API_KEY"}, 78, {}, false, 0}}).held);
}

std::vector<Look> Clean() {
  return {{"environment", "root", "/proc/PID/environ", true, true, "/proc/PID/environ"},
          {"log", "all", "3 lines", false, false, ""}};
}

TEST(JudgeCanary, ASecretThatIsNowhereAtAllProvesNothing) {
  EXPECT_TRUE(JudgeCanary(Clean(), "").held);
  std::vector<Look> blind = Clean();
  blind[0].found = false;
  EXPECT_FALSE(JudgeCanary(blind, "").held);
  std::vector<Look> leaky = Clean();
  leaky[1].found = true;
  leaky[1].where = "2 of 3 lines";
  EXPECT_FALSE(JudgeCanary(leaky, "").held);
  EXPECT_THAT(JudgeCanary(leaky, "").observed, HasSubstr("log (2 of 3 lines)"));
}

TEST(JudgeWire, HoldsWhenTheOutageIsToldWithoutThePassword) {
  WireFacts facts{"PostgreSQL 127.0.0.1:20017", true, true, true, true, 210, Clean(), ""};
  EXPECT_TRUE(JudgeWire(facts).held);
  facts.looks[1].found = true;
  EXPECT_FALSE(JudgeWire(facts).held);
  facts.looks[1].found = false;
  facts.back_ms.reset();
  EXPECT_THAT(JudgeWire(facts).observed, HasSubstr("did not come back"));
  facts.real = false;
  EXPECT_TRUE(JudgeWire(facts).held) << "there is no database that could come back";
  facts.logged = false;
  EXPECT_FALSE(JudgeWire(facts).held);
}

}  // namespace
}  // namespace twelve::config

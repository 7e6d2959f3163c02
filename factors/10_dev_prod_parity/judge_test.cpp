#include "factors/10_dev_prod_parity/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve::parity {
namespace {

using ::testing::HasSubstr;

TEST(JudgeEnvironments, AGapBreaksItAndASizeDoesNot) {
  ParityReport report{{"dev", "production"}, {{"size", {"1", "9"}, true, true, ""}}};
  EXPECT_TRUE(JudgeEnvironments(report).held);
  report.rows.push_back({"database", {"SQLite", "PostgreSQL"}, true, false, ""});
  EXPECT_FALSE(JudgeEnvironments(report).held);
  EXPECT_THAT(JudgeEnvironments(report).observed, HasSubstr("1 of them must not"));
  EXPECT_FALSE(JudgeEnvironments({}).held) << "nothing was compared";
}

TEST(JudgeSameSearch, ComparesAnswersAndKinds) {
  const SearchFacts dev{"dev.1", "postgres", 200, 0, ""};
  SearchFacts production{"production.1", "postgres", 200, 0, ""};
  EXPECT_TRUE(JudgeSameSearch(dev, production).held);
  production.found = 1;
  EXPECT_FALSE(JudgeSameSearch(dev, production).held);
  production = {"production.1", "sqlite", 200, 0, ""};
  EXPECT_FALSE(JudgeSameSearch(dev, production).held);
  production = {"production.1", "postgres", 503, -1, ""};
  EXPECT_EQ(JudgeSameSearch(dev, production).observed, "production.1 answers 503.");
}

TEST(JudgeOtherKind, HoldsWhenOnlySqliteFindsIt) {
  const SearchFacts sqlite{"laptop.1", "sqlite", 200, 1, ""};
  EXPECT_TRUE(JudgeOtherKind(sqlite, {"production.1", "postgres", 200, 0, ""}, true).held);
  EXPECT_FALSE(JudgeOtherKind(sqlite, {"production.1", "postgres", 200, 1, ""}, true).held);
  EXPECT_THAT(JudgeOtherKind(sqlite, {"production.1", "sqlite", 200, 1, ""}, false).observed,
              HasSubstr("not installed"));
}

TEST(JudgeRollout, NobodyMayLoseItOrSeeItFlicker) {
  EXPECT_TRUE(JudgeRollout({100, 25, 50, 0, 0, ""}).held);
  EXPECT_FALSE(JudgeRollout({100, 25, 50, 1, 0, ""}).held);
  EXPECT_FALSE(JudgeRollout({100, 25, 50, 0, 1, ""}).held);
  EXPECT_FALSE(JudgeRollout({100, 0, 50, 0, 0, ""}).held);
  EXPECT_FALSE(JudgeRollout({100, 25, 100, 0, 0, ""}).held);
}

TEST(JudgeServer, OneLineIsEnoughAndNoLineProvesNothing) {
  EXPECT_TRUE(JudgeServer(20, {}).held);
  EXPECT_FALSE(JudgeServer(0, {}).held);
  EXPECT_EQ(JudgeServer(20, {"dev.1 prints: x"}).observed, "dev.1 prints: x");
}

}  // namespace
}  // namespace twelve::parity

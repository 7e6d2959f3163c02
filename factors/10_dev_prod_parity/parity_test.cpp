#include "factors/10_dev_prod_parity/parity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const ParityRow* RowOf(const ParityReport& report, std::string_view field) {
  for (const ParityRow& row : report.rows) {
    if (row.field == field) return &row;
  }
  return nullptr;
}

TEST(Parity, TheExamplesDifferInSizeAlone) {
  const ParityReport report = CompareEnvironments(ExampleEnvironments());
  EXPECT_THAT(report.environments, ElementsAre("dev", "staging", "production"));
  EXPECT_EQ(report.Gaps(), 0);
  EXPECT_THAT(RowOf(report, "instance_type")->values,
              ElementsAre("t3.medium", "t3.large", "c5.xlarge"));
  EXPECT_THAT(RowOf(report, "desired_count")->values, ElementsAre("2", "4", "10"));
  EXPECT_THAT(RowOf(report, "database_instance")->values,
              ElementsAre("db.t3.micro", "db.t3.small", "db.r5.large"));
  EXPECT_THAT(RowOf(report, "enable_monitoring")->values, ElementsAre("true", "true", "true"));
  for (const char* size : {"instance_type", "desired_count", "database_instance"}) {
    EXPECT_TRUE(RowOf(report, size)->differs) << size;
    EXPECT_FALSE(RowOf(report, size)->IsGap()) << size;
  }
  for (const char* kind : {"database", "cache", "queue", "storage", "system"}) {
    EXPECT_FALSE(RowOf(report, kind)->differs) << kind;
  }
}

TEST(Parity, SeesAKindThatDiffers) {
  ParityDeclaration declaration = ExampleEnvironments();
  declaration.environments[0].values["database"] = "SQLite 3.40";
  declaration.environments[0].values["enable_monitoring"] = "false";
  const ParityReport report = CompareEnvironments(declaration);
  EXPECT_EQ(report.Gaps(), 2);
  const ParityRow& database = *RowOf(report, "database");
  EXPECT_TRUE(database.IsGap());
  EXPECT_THAT(database.values, ElementsAre("SQLite 3.40", "PostgreSQL 15", "PostgreSQL 15"));
  EXPECT_FALSE(database.why.empty());
}

TEST(Parity, WhatOneDoesNotSayDiffers) {
  ParityDeclaration declaration = ExampleEnvironments();
  declaration.environments[2].values.erase("queue");
  EXPECT_TRUE(RowOf(CompareEnvironments(declaration), "queue")->IsGap());
}

TEST(Parity, EveryEnvironmentSaysEverything) {
  for (const DeclaredEnvironment& environment : ExampleEnvironments().environments) {
    EXPECT_EQ(environment.values.size(), ExampleEnvironments().fields.size()) << environment.name;
  }
}

TEST(Parity, NothingToCompareHasNoGap) {
  const Result<ParityDeclaration> one = ReadParityDeclaration(
      R"({"fields": [{"name": "f", "may_differ": false, "why": "w"}],
          "environments": [{"name": "dev", "f": 1}]})");
  ASSERT_TRUE(one.ok()) << one.error().message;
  EXPECT_EQ(CompareEnvironments(*one).Gaps(), 0);
  EXPECT_EQ(CompareEnvironments({}).Gaps(), 0);
}

TEST(Parity, RefusesADeclarationThatSaysTooLittleOrTooMuch) {
  const struct {
    const char* json;
    const char* message;
  } cases[] = {
      {"", "no JSON object"},
      {"[]", "no JSON object"},
      {R"({"fields": [5]})", "no object"},
      {R"({"fields": [{"may_differ": true, "why": "w"}]})", "no \"name\""},
      {R"({"fields": [{"name": "f", "why": "w"}]})", "\"f\" must say \"may_differ\""},
      {R"({"fields": [{"name": "f", "may_differ": true}]})", "and \"why\""},
      {R"({"fields": [{"name": "f", "may_differ": true, "why": "w"},
                      {"name": "f", "may_differ": true, "why": "w"}]})",
       "\"f\" is there twice"},
      {R"({"environments": [{"name": "dev", "f": 1}]})", "\"f\" of the environment \"dev\""},
      {R"({"environments": [{"f": 1}]})", "no \"name\""},
      {R"({"environments": [{"name": "dev"}, {"name": "dev"}]})", "\"dev\" is there twice"},
      {R"({"fields": [{"name": "f", "may_differ": true, "why": "w"}],
           "environments": [{"name": "dev", "f": [1]}]})",
       "neither a text"},
  };
  for (const auto& c : cases) {
    const Result<ParityDeclaration> declaration = ReadParityDeclaration(c.json);
    ASSERT_FALSE(declaration.ok()) << c.json;
    EXPECT_THAT(declaration.error().message, HasSubstr(c.message)) << c.json;
  }
}

}  // namespace
}  // namespace twelve

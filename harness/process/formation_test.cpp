#include "harness/process/formation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

bool AllFree(std::uint16_t) {
  return true;
}
FormationRow Row(std::string name, std::uint16_t port, std::string command) {
  const std::string type = name.substr(0, name.find('.'));
  return {std::move(name), type, port, std::move(command)};
}
std::vector<FormationRow> Plan(const std::string& text,
                               const std::function<bool(std::uint16_t)>& is_free = AllFree,
                               std::uint16_t base = kFirstPort) {
  const Procfile file = ParseProcfile("web: a\nworker: b\nrelease: c\nclock: d\n");
  const Result<Formation> formation = ParseFormation(text);
  EXPECT_TRUE(formation.ok());
  const Result<std::vector<FormationRow>> rows = PlanFormation(file, *formation, base, is_free);
  EXPECT_TRUE(rows.ok());
  return *rows;
}

TEST(Formation, WithoutAWordIsOneOfEachButNoRelease) {
  EXPECT_THAT(Plan(""), ElementsAre(Row("web.1", 5000, "a"), Row("worker.1", 5100, "b"),
                                    Row("clock.1", 5300, "d")));
}

TEST(Formation, TypesThatAreNotNamedAreNotStartedAndKeepTheirPorts) {
  EXPECT_THAT(Plan("clock=1,web=2"), ElementsAre(Row("web.1", 5000, "a"), Row("web.2", 5001, "a"),
                                                 Row("clock.1", 5300, "d")));
  EXPECT_THAT(Plan(" all=1 , web = 0"),
              ElementsAre(Row("worker.1", 5100, "b"), Row("release.1", 5200, "c"),
                          Row("clock.1", 5300, "d")));
  EXPECT_THAT(Plan("web=0"), IsEmpty());
}

TEST(Formation, TakenPortsArePassedOver) {
  const auto is_free = [](std::uint16_t port) { return port != 5000 && port != 5002; };
  EXPECT_THAT(
      Plan("web=2,worker=1", is_free),
      ElementsAre(Row("web.1", 5001, "a"), Row("web.2", 5003, "a"), Row("worker.1", 5100, "b")));
}

TEST(Formation, MoreInstancesThanPortsOfATypeDoNotCollide) {
  const std::vector<FormationRow> rows = Plan("web=101,worker=2");
  ASSERT_EQ(rows.size(), 103u);
  EXPECT_EQ(rows[100].port, 5100);
  EXPECT_EQ(rows[101].port, 5101);
  EXPECT_EQ(rows[102].port, 5102);
}

TEST(Formation, RunsOutOfPortsWithAWord) {
  const Procfile file = ParseProcfile("web: a\nworker: b\n");
  const Result<std::vector<FormationRow>> rows =
      PlanFormation(file, *ParseFormation("worker=1"), 65500, AllFree);
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code, ErrorCode::kBusy);
  EXPECT_THAT(rows.error().message, HasSubstr("worker.1"));
}

TEST(Formation, AnUnknownTypeIsNamedWithThoseThatThereAre) {
  const Result<std::vector<FormationRow>> rows = PlanFormation(
      ParseProcfile("web: a\nworker: b\n"), *ParseFormation("wbe=1"), kFirstPort, AllFree);
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().message, "the Procfile has no process type \"wbe\"; it has web, worker");
}

TEST(Formation, WhatIsNoFormationIsRefused) {
  for (const char* text : {"web", "web=", "=1", "web=x", "web=-1", "web=1x", "web=1,,worker=1",
                           "web=1001", "web=99999999999", "web:2"}) {
    const Result<Formation> formation = ParseFormation(text);
    ASSERT_FALSE(formation.ok()) << text;
    EXPECT_EQ(formation.error().code, ErrorCode::kInvalid);
  }
}

}  // namespace
}  // namespace twelve

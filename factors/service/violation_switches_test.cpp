#include "factors/service/violation_switches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

TEST(Violations, EachRowHasASwitchAndEachSwitchARow) {
  std::set<std::string> rows, switches;
  for (const Violation& row : AllViolations()) {
    if (row.fixture.empty()) rows.emplace(row.name);
  }
  for (const ViolationSwitch& one : AllSwitches()) switches.emplace(one.name);
  EXPECT_EQ(rows, switches);
}

TEST(Violations, EachHasANameOfItsOwn) {
  std::set<std::string> names;
  for (const Violation& row : AllViolations()) EXPECT_TRUE(names.emplace(row.name).second);
}

TEST(Violations, EachNamesTheVerdictThatItMustCause) {
  for (const Violation& row : AllViolations()) {
    EXPECT_THAT(
        std::string(row.must_cause),
        ::testing::MatchesRegex("([IVX]+|B)-[a-z0-9-]+=(WARN|FAIL)(,[IVX]+-[a-z0-9-]+=FAIL)*"))
        << row.name;
    EXPECT_FALSE(row.what.ends_with('.')) << row.name;
  }
}

TEST(Violations, AreListedAsJson) {
  const auto json = nlohmann::json::parse(ViolationsAsJson());
  ASSERT_EQ(json.size(), AllViolations().size());
  for (const auto& row : json) {
    EXPECT_TRUE(row["factor"].is_number_integer());
    EXPECT_FALSE(row["must_cause"].empty());
    EXPECT_TRUE(row["may_move"].is_array());
    const std::string name = row["name"].get<std::string>();
    EXPECT_EQ(FindSwitch(name) != nullptr, row["kind"] == "part");
    EXPECT_EQ(FindFixture(name) != nullptr, row["kind"] == "fixture");
  }
  const auto& wrapper = *std::find_if(
      json.begin(), json.end(), [](const auto& row) { return row["name"] == "shell-wrapper"; });
  EXPECT_THAT(wrapper["must_cause"],
              ::testing::ElementsAre("IX-term-pid1=FAIL", "IX-term-wrapper=FAIL"));
}

TEST(Violations, AreListedAsTextForPeople) {
  const std::string text = ViolationsAsText();
  for (const Violation& row : AllViolations()) {
    EXPECT_THAT(text, ::testing::HasSubstr(std::string(row.name)));
    EXPECT_THAT(text, ::testing::HasSubstr("must cause " + std::string(row.must_cause)));
  }
}

}  // namespace
}  // namespace twelve

#include "harness/conformance/json_positions.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(JsonPositions, KnowsWhereEachKeyStands) {
  const PositionedJson json = ParsePositionedJson(
      "// the service\n{\n  \"name\": \"a\",\n  \"env\": {\"A\": \"1\", /* two */ \"B\\\"\": "
      "\"2\"},\n"
      "  \"list\": [{\"x\": 1}, {\"x\": 2}]\n}\n");
  ASSERT_EQ(json.problem, "");
  EXPECT_EQ(json.At("/name").line, 3);
  EXPECT_EQ(json.At("/name").column, 3);
  EXPECT_EQ(json.At("/env/A").column, 11);
  EXPECT_EQ(json.At("/env/B\"").line, 4);
  EXPECT_EQ(json.At("/env/B\"").column, 31);
  EXPECT_EQ(json.At("/list/1/x").column, 23);
  EXPECT_EQ(json.At("/list/7/y").line, 5);
  EXPECT_EQ(json.document["list"][1]["x"], 2);
}

TEST(JsonPositions, SaysWhereTheTextStopsBeingJson) {
  const PositionedJson json = ParsePositionedJson("{\n  \"name\": \"a\",\n  }\n");
  EXPECT_EQ(json.problem_at.line, 3);
  EXPECT_EQ(json.problem_at.column, 3);
  EXPECT_NE(json.problem.find("unexpected '}'"), std::string::npos) << json.problem;
}

TEST(JsonPositions, AnEmptyTextIsAProblem) {
  EXPECT_NE(ParsePositionedJson("").problem, "");
  EXPECT_NE(ParsePositionedJson("{} {}").problem, "");
}

TEST(JsonPositions, FindsKeysThatComeTwice) {
  const PositionedJson json = ParsePositionedJson("{\"a\": 1,\n \"a\": 2}");
  ASSERT_EQ(json.repeated.size(), 1u);
  EXPECT_EQ(json.repeated[0].first, "/a");
  EXPECT_EQ(json.repeated[0].second.line, 2);
}

}  // namespace
}  // namespace twelve

#include "harness/release/build_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(BuildPlan, ReadsAWholeBuildspec) {
  const auto plan = ParseBuildPlan(R"({
      // comments are allowed
      "version": 0.2,
      "environment": {"NODE_ENV": "production"},
      "phases": {
        "post_build": ["rm -rf test"],
        "build": {"commands": ["make", "make docs"]}
      },
      "cache": {"key": ["deps/lock"], "paths": ["node_modules", "~/.npm"]}
    })",
                                   "buildspec.json");
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_EQ(plan->source, "buildspec.json");
  EXPECT_EQ(plan->environment.at("NODE_ENV"), "production");
  ASSERT_EQ(plan->phases.size(), 3U);
  EXPECT_EQ(plan->phases[0].name, "pre_build");
  EXPECT_THAT(plan->phases[0].commands, IsEmpty());
  EXPECT_THAT(plan->phases[1].commands, ElementsAre("make", "make docs"));
  EXPECT_THAT(plan->phases[2].commands, ElementsAre("rm -rf test"));
  EXPECT_THAT(plan->cache_key, ElementsAre("deps/lock"));
  EXPECT_THAT(plan->cache_paths, ElementsAre("node_modules", "~/.npm"));
}

TEST(BuildPlan, TakesTheBuildOfADescriptorAndNothingElseOfIt) {
  const auto plan = ParseBuildPlan(
      R"({"command": "node app.js", "build": {"phases": {"build": ["make"]}}})", "twelve.json");
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_EQ(plan->source, "twelve.json");
  EXPECT_THAT(plan->phases[1].commands, ElementsAre("make"));
  const auto none = ParseBuildPlan(R"({"command": "node app.js"})", "twelve.json");
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->source, "");
  EXPECT_EQ(none->phases.size(), 3U);
}

TEST(BuildPlan, SaysWhichFieldIsWrong) {
  const auto error = [](const char* text) {
    const auto plan = ParseBuildPlan(text, "buildspec.json");
    return plan.ok() ? "no error" : plan.error().message;
  };
  EXPECT_THAT(error("{"), HasSubstr("buildspec.json is not JSON"));
  EXPECT_THAT(error("[]"), HasSubstr("must be an object"));
  EXPECT_THAT(error(R"({"phase": {}})"), HasSubstr("phase is not a field"));
  EXPECT_THAT(error(R"({"phases": {"install": []}})"),
              HasSubstr("phases.install is not a phase; there are pre_build, build, post_build"));
  EXPECT_THAT(error(R"({"phases": {"build": "make"}})"), HasSubstr("phases.build must be"));
  EXPECT_THAT(error(R"({"phases": {"build": [1]}})"), HasSubstr("list of texts"));
  EXPECT_THAT(error(R"({"environment": {"A": 1}})"), HasSubstr("environment.A must be a text"));
}

TEST(BuildPlan, KeepsTheCacheInsideOfTheBuild) {
  for (const char* path : {"/etc", "../other", "a/../../b", "~/../x", "", "a//b", "./a"}) {
    const auto plan = ParseBuildPlan(std::string(R"({"cache": {"paths": [")") + path + R"("]}})",
                                     "buildspec.json");
    EXPECT_FALSE(plan.ok()) << path;
  }
}

TEST(BuildPlan, TheScriptAnnouncesEachCommandAndStopsAtTheFirstThatFails) {
  EXPECT_EQ(ScriptOf({"build", {"echo 'a b'", "false"}}),
            "set -e\nprintf '%s\\n' '$ echo '\\''a b'\\'''\necho 'a b'\n"
            "printf '%s\\n' '$ false'\nfalse\n");
}

}  // namespace
}  // namespace twelve

#include "harness/release/release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A history that numbers itself.
class History {
 public:
  History& Add(const std::string& environment, const std::string& slug, Config config = {}) {
    Release release;
    release.environment = environment;
    release.slug = slug;
    release.commit = slug.empty() ? "" : "commit-of-" + slug;
    release.config = std::move(config);
    return Add(release);
  }
  History& Add(Release release) {
    release.number = static_cast<int>(all.size()) + 1;
    all.push_back(std::move(release));
    return *this;
  }
  /// Rolls back and keeps the result; its `restores`, or 0 when it was refused.
  int RollBack(const std::string& environment) {
    const auto next = PlanRollback(all, environment, 0);
    if (!next) return 0;
    Add(*next);
    return next->restores;
  }
  std::vector<Release> all;
};

TEST(DiffConfig, NamesWhatWasAddedChangedAndRemoved) {
  const Config before = {{"A", {"1", false}}, {"B", {"2", false}}, {"C", {"3", false}}};
  const Config after = {{"A", {"1", false}}, {"B", {"5", false}}, {"D", {"4", false}}};
  using Kind = ConfigChange::Kind;
  EXPECT_THAT(DiffConfig(before, after), ElementsAre(ConfigChange{Kind::kChanged, "B", "2", "5"},
                                                     ConfigChange{Kind::kRemoved, "C", "3", ""},
                                                     ConfigChange{Kind::kAdded, "D", "", "4"}));
}

TEST(DiffConfig, MasksAValueThatIsSecretOnEitherSide) {
  const Config open = {{"KEY", {"old", false}}};
  const Config secret = {{"KEY", {"new", true}}};
  for (const auto& [before, after] : {std::pair(open, secret), std::pair(secret, open)}) {
    const auto changes = DiffConfig(before, after);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].before, kMaskedValue);
    EXPECT_EQ(changes[0].after, kMaskedValue);
  }
}

TEST(ReleaseNames, TellReleasesFromStages) {
  EXPECT_EQ(ParseReleaseId("v42"), 42);
  EXPECT_EQ(ParseReleaseId("42"), 42);
  for (const char* text : {"", "v", "v0", "staging", "v4x", "-1"}) {
    EXPECT_EQ(ParseReleaseId(text), std::nullopt) << text;
  }
  EXPECT_TRUE(CheckEnvironmentName("staging-2").ok());
  for (const char* name : {"", "v3", "2nd", "Staging", "a/b", "..", "a b"}) {
    EXPECT_FALSE(CheckEnvironmentName(name).ok()) << name;
  }
}

TEST(ConfigNames, AreThoseOfAShellAndNotThoseOfTwelve) {
  EXPECT_TRUE(CheckConfigName("DATABASE_URL").ok());
  for (const char* name : {"", "1A", "A-B", "A=B", "RELEASE_ID", "PORT", "GIT_SHA"}) {
    EXPECT_FALSE(CheckConfigName(name).ok()) << name;
  }
  EXPECT_TRUE(CheckConfigValue("A", "zwei\nZeilen \xc3\xa4\t").ok());
  EXPECT_FALSE(CheckConfigValue("A", std::string("a\0b", 3)).ok());
  EXPECT_FALSE(CheckConfigValue("A", "\xff").ok());
  EXPECT_FALSE(CheckConfigValue("A", std::string(200'000, 'x')).ok());
}

TEST(PlanPromotion, TakesTheSlugAndTheConfigOfTheOtherStage) {
  History history;
  history.Add("staging", "s1", {{"STAGE", {"staging", false}}});
  history.Add("production", "s0", {{"STAGE", {"production", false}}});
  const auto next = PlanPromotion(history.all, 1, "production");
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->slug, "s1");
  EXPECT_EQ(next->commit, "commit-of-s1");
  EXPECT_EQ(next->config.at("STAGE").value, "production");
  EXPECT_EQ(next->reason, "promote v1");
}

TEST(PlanPromotion, RefusesWhatIsNotThereAndWhatHasNoSlug) {
  History history;
  history.Add("staging", "");
  EXPECT_EQ(PlanPromotion(history.all, 2, "production").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(PlanPromotion(history.all, 1, "production").error().code, ErrorCode::kInvalid);
}

TEST(PlanRollback, GoesToTheReleaseBeforeAndTwiceGoesFurther) {
  History history;
  history.Add("production", "s1").Add("staging", "x").Add("production", "s2");
  history.Add("production", "s3");
  EXPECT_EQ(history.RollBack("production"), 3);
  EXPECT_EQ(history.all.back().slug, "s2");
  EXPECT_EQ(history.RollBack("production"), 1);
  EXPECT_EQ(history.all.back().slug, "s1");
  EXPECT_EQ(history.RollBack("production"), 0) << "nothing is older than v1";
  history.Add("production", "s4");
  EXPECT_EQ(history.RollBack("production"), 6) << "a rollback is a release like any other";
  EXPECT_EQ(history.all.back().slug, "s1");
}

TEST(PlanRollback, TakesTheConfigBackToo) {
  History history;
  history.Add("staging", "s1", {{"A", {"1", false}}}).Add("staging", "s1", {{"A", {"2", false}}});
  const auto next = PlanRollback(history.all, "staging", 0);
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->config.at("A").value, "1");
  EXPECT_EQ(next->reason, "roll back to v1");
}

TEST(PlanRollback, PassesOverReleasesThatCannotRunOrAreTheSame) {
  History history;
  history.Add("staging", "").Add("staging", "s1").Add("staging", "s1");
  const auto next = PlanRollback(history.all, "staging", 0);
  ASSERT_FALSE(next.ok());
  EXPECT_THAT(next.error().message, HasSubstr("no release before v3"));
}

TEST(PlanRollback, GoesToANamedReleaseOfTheSameStageOnly) {
  History history;
  history.Add("staging", "s1").Add("production", "s2").Add("staging", "s3");
  EXPECT_EQ(PlanRollback(history.all, "staging", 1)->slug, "s1");
  EXPECT_EQ(PlanRollback(history.all, "staging", 2).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(PlanRollback(history.all, "staging", 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(PlanRollback(history.all, "nowhere", 0).error().code, ErrorCode::kNotFound);
}

TEST(PlanConfig, KeepsTheSlugAndSaysWhatChanged) {
  History history;
  history.Add("staging", "s1", {{"A", {"1", false}}, {"B", {"2", false}}});
  const auto set = PlanConfig(history.all, "staging", {{"A", {"3", false}}}, {});
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(set->slug, "s1");
  EXPECT_EQ(set->config.at("A").value, "3");
  EXPECT_EQ(set->config.at("B").value, "2");
  EXPECT_EQ(set->reason, "config set A");
  const auto unset = PlanConfig(history.all, "staging", {}, {"A"});
  ASSERT_TRUE(unset.ok());
  EXPECT_EQ(unset->config.count("A"), 0U);
  EXPECT_EQ(unset->reason, "config unset A");
}

TEST(PlanConfig, MakesNoReleaseOfNothing) {
  History history;
  history.Add("staging", "s1", {{"A", {"1", false}}});
  EXPECT_EQ(PlanConfig(history.all, "staging", {{"A", {"1", false}}}, {}).error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(PlanConfig(history.all, "staging", {}, {"B"}).error().code, ErrorCode::kNotFound);
}

TEST(EnvironmentOf, SaysWhichReleaseItIs) {
  Release release;
  release.number = 7;
  release.commit = "abc";
  release.config = {{"A", {"1", true}}};
  EXPECT_EQ(EnvironmentOf(release),
            (Environment{{"A", "1"}, {"GIT_SHA", "abc"}, {"RELEASE_ID", "v7"}}));
}

}  // namespace
}  // namespace twelve

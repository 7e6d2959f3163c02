#include "factors/02_dependencies/parts/dependency_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DependencyManifest Manifest() {
  Result<DependencyManifest> manifest = ReadDependencyManifest(
      R"({"distribution": "debian 12", "dependencies": [
          {"name": "fmt", "version": "9", "group": "runtime", "libraries": ["libfmt.so.9"]},
          {"name": "z", "version": "1", "group": "runtime", "libraries": ["libz.so.1"],
           "through": "fmt"},
          {"name": "json", "version": "3", "group": "runtime", "headers": ["nlohmann/"]},
          {"name": "gtest", "version": "1", "group": "test", "libraries": ["libgtest.so.1"]}]})");
  EXPECT_TRUE(manifest.ok()) << manifest.error().message;
  return std::move(manifest).value();
}

LinkFacts Facts() {
  return {{"libfmt.so.9"},
          {"libfmt.so.9", "libz.so.1"},
          {{"fmt", "9"}, {"z", "1"}, {"json", "3"}},
          "debian 12"};
}

testing::Matcher<DependencyFinding> Finding(bool is_error, const char* text) {
  return AllOf(Field(&DependencyFinding::is_error, is_error),
               Field(&DependencyFinding::text, HasSubstr(text)));
}

TEST(DependencyCheck, SaysNothingWhenAllIsDeclared) {
  EXPECT_THAT(CheckDependencies(Manifest(), Facts(), true), IsEmpty());
}

TEST(DependencyCheck, StopsAtALibraryThatNobodyDeclared) {
  LinkFacts facts = Facts();
  facts.loaded.push_back("libcurl.so.4");
  EXPECT_THAT(CheckDependencies(Manifest(), facts, false),
              Contains(Finding(true, "loads libcurl.so.4, which no row")));
}

TEST(DependencyCheck, StopsAtALibraryOfTheTestGroup) {
  LinkFacts facts = Facts();
  facts.loaded.push_back("libgtest.so.1");
  EXPECT_THAT(CheckDependencies(Manifest(), facts, false),
              Contains(Finding(true, "declared for tests alone")));
}

TEST(DependencyCheck, StopsAtALibraryThatIsUsedWithoutBeingAskedFor) {
  LinkFacts facts = Facts();
  facts.linked.push_back("libz.so.1");
  EXPECT_THAT(CheckDependencies(Manifest(), facts, false),
              Contains(Finding(true, "links libz.so.1 itself")));
}

TEST(DependencyCheck, TellsWhatIsDeclaredAndNotUsed) {
  LinkFacts facts = Facts();
  facts.loaded = {"libfmt.so.9"};
  EXPECT_THAT(CheckDependencies(Manifest(), facts, true),
              ::testing::ElementsAre(Finding(false, "does not load: z")));
}

TEST(DependencyCheck, AnotherVersionStopsOnlyWhatMustBeExact) {
  LinkFacts facts = Facts();
  facts.installed["fmt"] = "10";
  const char* text = "fmt is 10 here and 9 there";
  EXPECT_THAT(CheckDependencies(Manifest(), facts, true),
              ::testing::ElementsAre(Finding(true, text)));
  EXPECT_THAT(CheckDependencies(Manifest(), facts, false),
              ::testing::ElementsAre(Finding(false, text)));
}

TEST(DependencyCheck, AnotherDistributionIsToldAndStopsNothing) {
  LinkFacts facts = Facts();
  facts.distribution = "ubuntu 24.04";
  facts.loaded = {"libfmt.so.10"};
  facts.installed["json"] = "3.1";
  const auto findings = CheckDependencies(Manifest(), facts, true);
  EXPECT_THAT(findings, Contains(Finding(false, "libfmt.so.10")));
  EXPECT_THAT(findings, Contains(Finding(false, "json is 3.1")));
  EXPECT_THAT(findings, Contains(Finding(false, "this is ubuntu 24.04")));
  for (const DependencyFinding& finding : findings) EXPECT_FALSE(finding.is_error) << finding.text;
}

}  // namespace
}  // namespace twelve

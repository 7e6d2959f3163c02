#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "factors/catalog.h"
#include "tests/architecture/source_tree.h"

namespace twelve {
namespace {

using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kIdFile = "tests/architecture/check_ids.txt";

TEST(Catalogue, HasTheTwelveInOrder) {
  constexpr std::array<std::string_view, 12> kNumerals = {"I",   "II",   "III", "IV", "V",  "VI",
                                                          "VII", "VIII", "IX",  "X",  "XI", "XII"};
  ASSERT_THAT(Catalog(), SizeIs(12));
  for (int number = 1; number <= 12; ++number) {
    const Factor& factor = Catalog()[static_cast<std::size_t>(number) - 1];
    EXPECT_EQ(factor.number, number);
    EXPECT_EQ(factor.numeral, kNumerals[static_cast<std::size_t>(number) - 1]);
    EXPECT_EQ(FindFactor(number), &factor);
  }
  EXPECT_EQ(FindFactor(0), nullptr);
  EXPECT_EQ(FindFactor(13), nullptr);
}

TEST(Catalogue, ASlugIsTheFoldersName) {
  for (const Factor& factor : Catalog()) {
    const std::string prefix = (factor.number < 10 ? "0" : "") + std::to_string(factor.number);
    EXPECT_THAT(std::string(factor.slug), StartsWith(prefix + "_"));
    const std::filesystem::path folder =
        std::filesystem::path(SourceRoot()) / "factors" / factor.slug;
    EXPECT_TRUE(std::filesystem::is_directory(folder)) << folder;
  }
}

TEST(Catalogue, ARuleIsOneSentenceOfAtMost100Characters) {
  for (const Factor& factor : Catalog()) {
    EXPECT_LE(factor.rule.size(), 100u) << factor.rule;
    EXPECT_THAT(std::string(factor.rule), EndsWith("."));
  }
}

TEST(Catalogue, EveryCheckIsComplete) {
  std::set<std::string_view> ids;
  std::map<int, std::string_view> values;
  for (const Check* check : AllChecks()) {
    ASSERT_NE(check, nullptr);
    SCOPED_TRACE(std::string(check->id));
    EXPECT_TRUE(ids.insert(check->id).second) << "the id is there twice";
    ASSERT_NE(FindFactor(check->factor), nullptr);
    EXPECT_THAT(std::string(check->id),
                StartsWith(std::string(FindFactor(check->factor)->numeral) + "-"));
    EXPECT_EQ(std::string(check->id).find_first_not_of("IVXabcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string::npos);
    EXPECT_THAT(std::string(check->question), EndsWith("?"));
    EXPECT_FALSE(check->requirement.empty());
    EXPECT_FALSE(check->steps.empty());
    EXPECT_FALSE(check->remedy.empty());
    EXPECT_FALSE(check->known_false.empty()) << "say \"none known\"";
    EXPECT_GT(check->cost_seconds, 0);
    EXPECT_GT(check->value, 0);
    const auto [first, unique] = values.emplace(check->value, check->id);
    EXPECT_TRUE(unique) << "has the same rank as " << first->second;
    EXPECT_NE(check->collect, nullptr);
    EXPECT_NE(check->decide, nullptr);
    for (const Threshold& threshold : check->thresholds) {
      EXPECT_FALSE(threshold.name.empty());
      EXPECT_FALSE(threshold.unit.empty()) << threshold.name;
      EXPECT_FALSE(threshold.source.empty()) << threshold.name << ": where is the number from?";
    }
    for (const Need& need : check->needs) EXPECT_FALSE(need.name.empty());
  }
}

TEST(Catalogue, AHeuristicIsNeverAMust) {
  for (const Check* check : AllChecks()) {
    if (check->method == Method::kHeuristic) {
      EXPECT_NE(check->level, Level::kMust) << check->id;
    }
  }
}

TEST(Catalogue, AFactorHoldsItsOwnChecks) {
  for (const Factor& factor : Catalog()) {
    for (const Check* check : factor.checks) EXPECT_EQ(check->factor, factor.number) << check->id;
  }
}

TEST(Catalogue, EveryViolationNamesWhatItMustCause) {
  std::set<std::string_view> names;
  for (const Factor& factor : Catalog()) {
    for (const Violation& violation : factor.violations) {
      SCOPED_TRACE(std::string(violation.name));
      EXPECT_TRUE(names.insert(violation.name).second);
      EXPECT_EQ(violation.factor, factor.number);
      EXPECT_FALSE(violation.what.empty());
      EXPECT_THAT(std::string(violation.must_cause),
                  AnyOf(::testing::HasSubstr("=FAIL"), ::testing::HasSubstr("=WARN")));
    }
  }
}

/// "IX-term-drain" is in use; "IX-term-drain retired" was once, and is never given again.
std::map<std::string, bool> ReadIds(const std::string& text) {
  std::map<std::string, bool> retired;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t space = line.find(' ');
    EXPECT_TRUE(space == std::string::npos || line.substr(space) == " retired") << line;
    EXPECT_TRUE(retired.emplace(line.substr(0, space), space != std::string::npos).second)
        << line << " stands in " << kIdFile << " twice";
  }
  return retired;
}

std::map<std::string, bool> ReadIdFile() {
  const std::string text = ReadSource(kIdFile);
  EXPECT_FALSE(text.empty()) << kIdFile;
  return ReadIds(text);
}

TEST(CheckIds, TheListIsTheCatalogue) {
  const std::map<std::string, bool> listed = ReadIdFile();
  std::set<std::string> used;
  for (const Check* check : AllChecks()) {
    used.insert(std::string(check->id));
    const auto row = listed.find(std::string(check->id));
    if (row == listed.end()) {
      ADD_FAILURE() << "add the line " << check->id << " to " << kIdFile;
    } else {
      EXPECT_FALSE(row->second) << check->id << " was retired; a new check takes a new id";
    }
  }
  for (const auto& [id, retired] : listed) {
    EXPECT_TRUE(retired || used.contains(id))
        << id << " is not in the catalogue any more: write \"" << id << " retired\"";
  }
}

TEST(CheckIds, TheListOnlyGrows) {
  const std::string root = SourceRoot();
  // No -C into a tree that is not its own top: an exported archive has no history to hold it to.
  if (!std::filesystem::exists(std::filesystem::path(root) / ".git")) {
    GTEST_SKIP() << "the sources are not a Git repository";
  }
  const std::string history =
      OutputOf("git -C '" + root + "' log --format= --no-color -p -- " + kIdFile + " 2>/dev/null");
  const std::map<std::string, bool> listed = ReadIdFile();
  std::istringstream in(history);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("---") || !line.starts_with('-') || line.size() < 2) continue;
    const std::string id = line.substr(1, line.find(' ') - 1);
    if (id[0] == '#') continue;
    EXPECT_TRUE(listed.contains(id)) << id << " was in " << kIdFile << " once and must stay there";
  }
}

}  // namespace
}  // namespace twelve

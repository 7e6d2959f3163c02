#include "tests/architecture/source_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <sstream>

namespace twelve {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

std::vector<SourceFile> AllSources() {
  std::vector<SourceFile> all;
  for (const std::string folder : {"app", "factors", "harness", "tests"}) {
    for (SourceFile& file : ReadSources(folder, {".h", ".cpp"})) all.push_back(std::move(file));
  }
  return all;
}

TEST(SourceTree, NoFileHasMoreThan400Lines) {
  constexpr int kMost = 400;
  const std::vector<SourceFile> files = AllSources();
  ASSERT_THAT(files, Not(IsEmpty()));
  for (const SourceFile& file : files) {
    const auto lines = std::count(file.text.begin(), file.text.end(), '\n');
    EXPECT_LE(lines, kMost) << file.path << ": split it by noun";
  }
}

TEST(SourceTree, EveryFileIsNamedAfterANoun) {
  const std::set<std::string> vague = {"util",   "utils",   "common",  "misc",
                                       "helper", "helpers", "manager", "stuff"};
  for (const SourceFile& file : AllSources()) {
    const std::string stem = std::filesystem::path(file.path).stem().string();
    EXPECT_FALSE(vague.contains(stem)) << file.path << ": say what it is";
    EXPECT_EQ(stem.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos)
        << file.path << ": file names are snake_case";
  }
}

TEST(SourceTree, EveryHeaderIsIncludedOnce) {
  for (const SourceFile& file : AllSources()) {
    if (!file.path.ends_with(".h")) continue;
    EXPECT_NE(file.text.find("#pragma once"), std::string::npos) << file.path;
  }
}

bool IsPartOfAName(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '/';
}

/// "run.cpp" is not in "dry_run.cpp".
bool HasWord(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool ends = end == text.size() || !IsPartOfAName(text[end]);
    if (ends && (at == 0 || !IsPartOfAName(text[at - 1]))) return true;
  }
  return false;
}

/// A test that no CMakeLists.txt names is never built and never fails.
TEST(SourceTree, EverySourceIsBuilt) {
  EXPECT_TRUE(HasWord("SOURCES a.cpp run.cpp", "run.cpp"));
  EXPECT_FALSE(HasWord("SOURCES dry_run.cpp", "run.cpp"));
  std::vector<SourceFile> lists;
  for (const std::string folder : {"app", "factors", "harness", "tests"}) {
    for (SourceFile& list : ReadSources(folder, {"CMakeLists.txt", ".cmake"})) {
      lists.push_back(std::move(list));
    }
  }
  ASSERT_THAT(lists, Not(IsEmpty()));
  for (const SourceFile& file : AllSources()) {
    // The programs that benches run are named by a loop.
    if (!file.path.ends_with(".cpp") || file.path.starts_with("tests/bench/")) continue;
    const bool named = std::any_of(lists.begin(), lists.end(), [&file](const SourceFile& list) {
      const std::string folder = list.path.substr(0, list.path.rfind('/') + 1);
      return file.path.starts_with(folder) && HasWord(list.text, file.path.substr(folder.size()));
    });
    EXPECT_TRUE(named) << file.path << " is in no CMakeLists.txt";
  }
}

/// cmake/packages.sh is what ./run and ./test install; the README says why each is there.
TEST(Packages, AreAllInTheReadme) {
  const std::string text = ReadSource("cmake/packages.sh");
  const std::string readme = ReadSource("README.md");
  int packages = 0;
  for (std::size_t at = text.find("\npackages_"); at != std::string::npos;
       at = text.find("\npackages_", at + 1)) {
    const std::size_t open = text.find_first_of("=(", at);
    if (text[open] != '=') continue;  // a function
    const std::size_t close = text.find('"', open + 2);
    std::istringstream names(text.substr(open + 2, close - open - 2));
    for (std::string name; names >> name; ++packages) {
      EXPECT_TRUE(HasWord(readme, name)) << name << ": say in README.md why it is there";
    }
  }
  EXPECT_GT(packages, 20);
}

}  // namespace
}  // namespace twelve

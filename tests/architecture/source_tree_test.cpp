#include "tests/architecture/source_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

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
bool NamesFile(const std::string& list, const std::string& file) {
  for (std::size_t at = list.find(file); at != std::string::npos; at = list.find(file, at + 1)) {
    if (at == 0 || !IsPartOfAName(list[at - 1])) return true;
  }
  return false;
}

/// A test that no CMakeLists.txt names is never built and never fails.
TEST(SourceTree, EverySourceIsBuilt) {
  EXPECT_TRUE(NamesFile("SOURCES a.cpp run.cpp", "run.cpp"));
  EXPECT_FALSE(NamesFile("SOURCES dry_run.cpp", "run.cpp"));
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
      return file.path.starts_with(folder) && NamesFile(list.text, file.path.substr(folder.size()));
    });
    EXPECT_TRUE(named) << file.path << " is in no CMakeLists.txt";
  }
}

}  // namespace
}  // namespace twelve

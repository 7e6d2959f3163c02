#include "tests/architecture/source_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

/// A test that no CMakeLists.txt names is never built and never fails.
TEST(SourceTree, EverySourceIsBuilt) {
  std::vector<SourceFile> lists;
  for (const std::string folder : {"app", "factors", "harness", "tests"}) {
    for (SourceFile& list : ReadSources(folder, {"CMakeLists.txt", ".cmake"})) {
      lists.push_back(std::move(list));
    }
  }
  ASSERT_THAT(lists, Not(IsEmpty()));
  for (const SourceFile& file : AllSources()) {
    if (!file.path.ends_with(".cpp")) continue;
    const bool named = std::any_of(lists.begin(), lists.end(), [&file](const SourceFile& list) {
      const std::string folder = list.path.substr(0, list.path.rfind('/') + 1);
      return file.path.starts_with(folder) &&
             list.text.find(file.path.substr(folder.size())) != std::string::npos;
    });
    EXPECT_TRUE(named) << file.path << " is in no CMakeLists.txt";
  }
}

}  // namespace
}  // namespace twelve

#include "harness/conformance/file_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace twelve {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class FileSearchTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "twelve-search-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }
  void Write(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  std::vector<std::string> Find(const std::string& text) {
    return LocalFileSearch().FilesWith({root_.string()}, text);
  }
  fs::path root_;
};

TEST_F(FileSearchTest, FindsTheFileThatHoldsTheText) {
  Write("log/app.log", "GET /marker1\n");
  Write("log/other.log", "GET /\n");
  EXPECT_THAT(Find("marker1"), ElementsAre((root_ / "log/app.log").string()));
  EXPECT_THAT(Find("marker2"), IsEmpty());
}

TEST_F(FileSearchTest, LooksAtTheEndOfALargeFile) {
  Write("app.log", "marker1\n" + std::string(LocalFileSearch::kTailBytes, 'x') + "marker2\n");
  EXPECT_THAT(Find("marker1"), IsEmpty());
  EXPECT_THAT(Find("marker2"), ElementsAre((root_ / "app.log").string()));
}

TEST_F(FileSearchTest, FollowsNoLinksAndSkipsLibraries) {
  Write("node_modules/a/app.log", "marker1\n");
  fs::create_directory_symlink(root_, root_ / "loop");
  EXPECT_THAT(Find("marker1"), IsEmpty());
  EXPECT_THAT(LocalFileSearch().FilesWith({"/does/not/exist"}, "marker1"), IsEmpty());
}

}  // namespace
}  // namespace twelve

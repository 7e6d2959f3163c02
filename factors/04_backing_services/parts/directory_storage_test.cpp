#include "factors/04_backing_services/parts/directory_storage.h"

#include <filesystem>
#include <fstream>

#include "factors/04_backing_services/parts/object_storage_contract.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DirectoryHome final : public StorageHome {
 public:
  DirectoryHome() {
    std::string pattern = (fs::temp_directory_path() / "files.XXXXXX").string();
    parent_ = ::mkdtemp(pattern.data());
  }
  ~DirectoryHome() override { fs::remove_all(parent_); }
  std::string path() const { return parent_ + "/files"; }
  std::string url() const override { return "file://" + path(); }

 private:
  std::string parent_;
};

const StorageHomeMaker kDirectory = {
    "Directory",
    [](std::string&) { return std::unique_ptr<StorageHome>(std::make_unique<DirectoryHome>()); }};

INSTANTIATE_TEST_SUITE_P(DirectoryStorage, ObjectStorageContract, ::testing::Values(kDirectory),
                         [](const auto& home) { return home.param.name; });

class DirectoryStorageTest : public ::testing::Test {
 protected:
  DirectoryHome home_;
  SystemClock clock_;
  DirectoryStorage storage_{home_.path(), {}, clock_};
};

TEST_F(DirectoryStorageTest, LeavesNoUnfinishedFile) {
  ASSERT_TRUE(storage_.Connect(std::chrono::seconds(1)).ok());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(storage_.Put({"note", "x", "text/plain"}).ok());
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(home_.path())) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("note"));
}

TEST_F(DirectoryStorageTest, ForgetsOldUnfinishedFilesOfOthersOnly) {
  fs::create_directory(home_.path());
  const fs::path old = home_.path() + "/.note.0123.part";
  const fs::path fresh = home_.path() + "/.note.4567.part";
  for (const fs::path& path : {old, fresh}) std::ofstream(path) << "half";
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(2));
  ASSERT_TRUE(storage_.Connect(std::chrono::seconds(1)).ok());
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(fresh));
  EXPECT_TRUE(storage_.List(10)->empty());
}

TEST_F(DirectoryStorageTest, FollowsNoLinkOutOfItsDirectory) {
  ASSERT_TRUE(storage_.Connect(std::chrono::seconds(1)).ok());
  const std::string secret = home_.path() + "/../secret";
  std::ofstream(secret) << "Content-Type: text/plain\n\nhunter2";
  fs::create_symlink(secret, home_.path() + "/link");
  EXPECT_FALSE(storage_.Get("link").ok());
  ASSERT_TRUE(storage_.Put({"link", "x", "text/plain"}).ok());
  EXPECT_EQ((*storage_.Get("link"))->bytes, "x");
  std::string first;
  std::getline(std::ifstream(secret), first);
  EXPECT_EQ(first, "Content-Type: text/plain");
}

TEST_F(DirectoryStorageTest, SaysWhichDirectoryIsNotThere) {
  DirectoryStorage storage("/nowhere/at/all", {}, clock_);
  const Status connected = storage.Connect(std::chrono::seconds(1));
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, ErrorCode::kClosed);
  EXPECT_THAT(connected.error().message, HasSubstr("/nowhere/at/all"));
}

TEST_F(DirectoryStorageTest, IsNotWellWhenItsDirectoryIsGone) {
  ASSERT_TRUE(storage_.Connect(std::chrono::seconds(1)).ok());
  EXPECT_TRUE(storage_.Check(std::chrono::seconds(1)).ok());
  fs::remove_all(home_.path());
  EXPECT_EQ(storage_.Check(std::chrono::seconds(1)).error().code, ErrorCode::kClosed);
  EXPECT_FALSE(storage_.Put({"note", "x", "text/plain"}).ok());
}

TEST(ParseFileUrl, DecodesThePathAndRefusesTheRest) {
  EXPECT_EQ(ParseFileUrl("file:///var/my%20files").value(), "/var/my files");
  for (const char* url :
       {"file:", "file:///", "file://host/x", "file:x", "file:///x?y=1", "file:///%zz"}) {
    EXPECT_FALSE(ParseFileUrl(url).ok()) << url;
  }
}

}  // namespace
}  // namespace twelve

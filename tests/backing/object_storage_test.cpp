// The object storage on a real S3-compatible server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "factors/04_backing_services/parts/object_storage_contract.h"
#include "tests/backing/s3_server.h"

namespace twelve {
namespace {

class S3Home final : public StorageHome {
 public:
  explicit S3Home(std::unique_ptr<S3Server> server) : server_(std::move(server)) {}
  std::string url() const override { return server_->url(); }
  S3Server& server() { return *server_; }

 private:
  std::unique_ptr<S3Server> server_;
};

std::unique_ptr<S3Home> NewHome(std::string& why) {
  ::signal(SIGPIPE, SIG_IGN);
  auto server = StartS3Server(why);
  return server == nullptr ? nullptr : std::make_unique<S3Home>(std::move(server));
}

const StorageHomeMaker kS3 = {
    "S3", [](std::string& why) { return std::unique_ptr<StorageHome>(NewHome(why)); },
    "s3rver writes into the file that it reads from, unlike S3"};

INSTANTIATE_TEST_SUITE_P(OnServers, ObjectStorageContract, ::testing::Values(kS3),
                         [](const auto& home) { return home.param.name; });

class S3StorageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string why;
    home_ = NewHome(why);
    if (home_ == nullptr) GTEST_SKIP() << why;
  }
  std::unique_ptr<ObjectStorage> Open(const std::string& url) {
    auto storage = OpenStorage(url, {}, clock_);
    EXPECT_TRUE(storage.ok()) << (storage ? "" : storage.error().message);
    return std::move(storage).value();
  }

  SystemClock clock_;
  std::unique_ptr<S3Home> home_;
};

TEST_F(S3StorageTest, ListsMoreThanAPage) {
  const auto storage = Open(home_->url());
  ASSERT_TRUE(storage->Connect(std::chrono::seconds(10)).ok());
  std::vector<std::string> names;
  for (int i = 0; i < 1005; ++i) {
    names.push_back("n" + std::to_string(10000 + i));
    ASSERT_TRUE(storage->Put({names.back(), "x", "text/plain"}).ok());
  }
  const auto all = storage->List(2000);
  ASSERT_TRUE(all.ok()) << all.error().message;
  EXPECT_EQ(*all, names);
  EXPECT_EQ(storage->List(1003)->size(), 1003u);
}

TEST_F(S3StorageTest, AMissingBucketIsNoMissingFile) {
  std::string url = home_->url();
  url.replace(url.find("/shop"), 5, "/nowhere");
  const auto storage = Open(url);
  const Status connected = storage->Connect(std::chrono::seconds(10));
  ASSERT_FALSE(connected.ok());
  EXPECT_THAT(connected.error().message, ::testing::HasSubstr("no such bucket"));
}

TEST_F(S3StorageTest, AServerThatKnowsNotTheKeyRefuses) {
  std::string url = home_->url();
  url.replace(url.find("S3RVER"), 6, "NOBODY");
  const auto storage = Open(url);
  const Status connected = storage->Connect(std::chrono::seconds(10));
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, ErrorCode::kDenied) << connected.error().message;
}

TEST_F(S3StorageTest, IsReadyAgainWithoutBeingOpenedAnew) {
  const auto storage = Open(home_->url());
  ASSERT_TRUE(storage->Connect(std::chrono::seconds(10)).ok());
  ASSERT_TRUE(storage->Put({"note", "x", "text/plain"}).ok());
  home_->server().Kill();
  EXPECT_EQ(storage->Put({"note", "y", "text/plain"}).error().code, ErrorCode::kClosed);
  EXPECT_EQ(storage->Check(std::chrono::seconds(10)).error().code, ErrorCode::kClosed);
  home_->server().Start();
  const Deadline deadline = Deadline::After(clock_, std::chrono::seconds(30));
  Status back = storage->Check(std::chrono::seconds(10));
  while (!back && !deadline.Passed(clock_)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    back = storage->Check(std::chrono::seconds(10));
  }
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ((*storage->Get("note"))->bytes, "x");
}

}  // namespace
}  // namespace twelve

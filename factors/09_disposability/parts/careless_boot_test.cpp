#include "factors/09_disposability/parts/careless_boot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace twelve {
namespace {

/// Keeps how long it was asked to wait.
class FakeTermination final : public TerminationHandling {
 public:
  void Install() override {}
  bool WaitForRequest(Duration at_most) override {
    waited += at_most;
    return false;
  }
  int Run(Drainable& /*service*/) override { return 0; }
  Duration waited{};
};

class LockFile : public ::testing::Test {
 protected:
  LockFile() : before_(std::filesystem::current_path()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "lock.XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    std::filesystem::current_path(directory_);
  }
  ~LockFile() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(directory_);
  }
  const std::filesystem::path before_;
  std::filesystem::path directory_;
  FakeTermination termination_;
};

TEST_F(LockFile, IsThereWhileTheProcessRunsAndGoneAfterACleanExit) {
  auto step = std::make_unique<LockFileBoot>();
  ASSERT_TRUE(step->Run(termination_).ok());
  EXPECT_TRUE(std::filesystem::exists("app.lock"));
  step.reset();
  EXPECT_FALSE(std::filesystem::exists("app.lock"));
}

TEST_F(LockFile, ThatSomebodyLeftBehindIsRefusedAndKept) {
  LockFileBoot first;
  ASSERT_TRUE(first.Run(termination_).ok());
  {
    LockFileBoot second;
    const Status status = second.Run(termination_);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kBusy);
    EXPECT_THAT(status.error().message, ::testing::HasSubstr("app.lock exists"));
  }
  EXPECT_TRUE(std::filesystem::exists("app.lock"));
}

TEST(SlowBoot, WaitsTwelveSecondsUnlessTheProcessIsToEnd) {
  FakeTermination termination;
  EXPECT_TRUE(SlowBoot().Run(termination).ok());
  EXPECT_EQ(termination.waited, std::chrono::seconds(12));
}

}  // namespace
}  // namespace twelve

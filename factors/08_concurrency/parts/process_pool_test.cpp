#include "factors/08_concurrency/parts/process_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Children in shell, so that this tests the protocol and the life of the children alone. "die"
// ends one in the middle of its task, "hang" never answers; anything else is given back with the
// child's process id.
constexpr const char* kChild =
    "while read -r task; do case $task in"
    "  die) kill -9 $$;;"
    "  hang) while :; do :; done;;"
    "  no) echo \"-I will not\";;"
    "  *) echo \"+$$ $task\";;"
    " esac; done";

std::unique_ptr<ProcessPool> StartPool(int size) {
  auto pool = ProcessPool::Start({"/bin/sh", "-c", kChild}, size);
  EXPECT_TRUE(pool.ok()) << pool.error().message;
  return std::move(pool).value();
}

/// A child is gone when its parent has reaped it.
bool Exists(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

TEST(ProcessPool, GivesEachTaskItsAnswer) {
  const auto pool = StartPool(2);
  const Cancellation never;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const std::string task = "task-" + std::to_string(i);
      const Result<std::string> answer = pool->Run(task, never);
      ASSERT_TRUE(answer.ok()) << answer.error().message;
      EXPECT_THAT(*answer, HasSubstr(" " + task));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(pool->Pids(), SizeIs(2));
  EXPECT_EQ(pool->Replaced(), 0);
}

TEST(ProcessPool, TellsTheReasonOfAChildThatRefuses) {
  const auto pool = StartPool(1);
  const Result<std::string> answer = pool->Run("no", Cancellation());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(answer.error().message, "I will not");
}

TEST(ProcessPool, ReportsTheTaskOfAChildThatDiedAndReplacesIt) {
  const auto pool = StartPool(1);
  const Result<std::string> lost = pool->Run("die", Cancellation());
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().code, ErrorCode::kSystem);
  EXPECT_THAT(lost.error().message, HasSubstr("was ended by SIGKILL"));
  EXPECT_TRUE(pool->Run("again", Cancellation()).ok());
  EXPECT_EQ(pool->Replaced(), 1);
}

TEST(ProcessPool, KillsWhatIsComputedInVain) {
  const auto pool = StartPool(1);
  const pid_t before = pool->Pids().at(0);
  Cancellation cancel;
  std::thread caller([&] {
    const Result<std::string> answer = pool->Run("hang", cancel);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::kClosed);
  });
  cancel.Cancel();
  caller.join();
  const Result<std::string> answer = pool->Run("again", Cancellation());
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  // Cancelled before it began, the child was never given the task.
  EXPECT_TRUE(pool->Replaced() == 0 || !Exists(before));
}

TEST(ProcessPool, AChildThatDiesWhileItIsIdleCostsNoTask) {
  const auto pool = StartPool(2);
  for (const pid_t pid : pool->Pids()) ::kill(pid, SIGKILL);
  for (int i = 0; i < 4; ++i) {
    const Result<std::string> answer = pool->Run("task", Cancellation());
    EXPECT_TRUE(answer.ok() || answer.error().code == ErrorCode::kSystem);
  }
  EXPECT_TRUE(pool->Run("task", Cancellation()).ok());
}

TEST(ProcessPool, LeavesNoChildBehind) {
  std::vector<pid_t> pids;
  {
    const auto pool = StartPool(3);
    pids = pool->Pids();
  }
  ASSERT_THAT(pids, SizeIs(3));
  for (const pid_t pid : pids) EXPECT_FALSE(Exists(pid));
}

TEST(ProcessPool, SaysWhatCannotBeStarted) {
  const auto pool = ProcessPool::Start({"/nowhere/at/all"}, 1);
  ASSERT_FALSE(pool.ok());
  EXPECT_THAT(pool.error().message, HasSubstr("/nowhere/at/all"));
}

}  // namespace
}  // namespace twelve

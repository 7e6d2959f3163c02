#include "factors/08_concurrency/parts/pool_child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "harness/base/unique_fd.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;

TEST(PoolChild, AnswersEachLineUntilTheInputEnds) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const UniqueFd ours(ends[0]), its(ends[1]);
  std::thread child([&] {
    RunPoolChild(its.get(), its.get(), [](const std::string& task) -> Result<std::string> {
      if (task == "bad") return InvalidError("two\nlines");
      return task + "!";
    });
    ::shutdown(its.get(), SHUT_WR);
  });
  const std::string tasks = "one\nbad\nthree\n";
  ASSERT_EQ(::write(ours.get(), tasks.data(), tasks.size()), static_cast<ssize_t>(tasks.size()));
  std::string answers;
  char byte = 0;
  while (std::count(answers.begin(), answers.end(), '\n') < 3 &&
         ::read(ours.get(), &byte, 1) == 1) {
    answers += byte;
  }
  ::shutdown(ours.get(), SHUT_WR);
  child.join();
  EXPECT_EQ(answers, "+one!\n-two lines\n+three!\n");
}

TEST(ComputeHash, IsTheSameForTheSameRounds) {
  const Result<std::string> one = ComputeHash(R"({"rounds":1000})");
  ASSERT_TRUE(one.ok()) << one.error().message;
  EXPECT_EQ(*one, *ComputeHash(R"({"rounds":1000})"));
  EXPECT_NE(*one, *ComputeHash(R"({"rounds":1001})"));
  // FNV-1a of no bytes is its offset basis.
  EXPECT_EQ(*ComputeHash(R"({"rounds":0})"), R"({"hash":"cbf29ce484222325"})");
}

TEST(ComputeHash, RefusesWhatItDoesNotUnderstand) {
  for (const char* task :
       {"", "{}", "[]", R"({"rounds":"many"})", R"({"rounds":-1})", R"({"rounds":1e99})"}) {
    const Result<std::string> result = ComputeHash(task);
    ASSERT_FALSE(result.ok()) << task;
    EXPECT_THAT(result.error().message, HasSubstr("rounds"));
  }
}

}  // namespace
}  // namespace twelve

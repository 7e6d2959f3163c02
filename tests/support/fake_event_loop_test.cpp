#include "tests/support/fake_event_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/base/unique_fd.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class FakeEventLoopTest : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    read_ = UniqueFd(ends[0]);
    write_ = UniqueFd(ends[1]);
  }
  FakeClock clock_;
  FakeEventLoop loop_{clock_};
  UniqueFd read_, write_;
  std::vector<int> seen_;
};

TEST_F(FakeEventLoopTest, TimersFireInOrderAtTheirTime) {
  const TimePoint begin = clock_.Now();
  loop_.After(milliseconds(20), [this] { seen_.push_back(20); });
  loop_.After(milliseconds(10), [&] {
    seen_.push_back(10);
    EXPECT_EQ(clock_.Now(), begin + milliseconds(10));
    loop_.After(milliseconds(5), [this] { seen_.push_back(15); });
  });
  loop_.Advance(milliseconds(19));
  EXPECT_THAT(seen_, ElementsAre(10, 15));
  loop_.Advance(milliseconds(1));
  EXPECT_THAT(seen_, ElementsAre(10, 15, 20));
  EXPECT_EQ(clock_.Now(), begin + milliseconds(20));
}

TEST_F(FakeEventLoopTest, ACancelledTimerDoesNotFire) {
  const EventLoop::TimerId timer = loop_.After(milliseconds(1), [this] { seen_.push_back(1); });
  loop_.Cancel(timer);
  loop_.Advance(milliseconds(5));
  EXPECT_TRUE(seen_.empty());
  EXPECT_EQ(loop_.timers(), 0u);
}

TEST_F(FakeEventLoopTest, AHandlerMayUnwatchItself) {
  ASSERT_TRUE(loop_.Watch(read_.get(), {}, [this](FdEvents events) {
    seen_.push_back(events.readable ? 1 : 0);
    loop_.Unwatch(read_.get());
  }));
  EXPECT_FALSE(loop_.Watch(read_.get(), {}, [](FdEvents) {}));
  ASSERT_EQ(write(write_.get(), "x", 1), 1);
  loop_.RunUntilIdle();
  EXPECT_THAT(seen_, ElementsAre(1));
  EXPECT_EQ(loop_.watched(), 0u);
}

TEST_F(FakeEventLoopTest, SaysThatTheOtherSideIsGone) {
  ASSERT_TRUE(loop_.Watch(read_.get(), {}, [this](FdEvents events) {
    seen_.push_back(events.hang_up ? 1 : 0);
    loop_.Unwatch(read_.get());
  }));
  write_.Reset();
  loop_.RunUntilIdle();
  EXPECT_THAT(seen_, ElementsAre(1));
}

TEST_F(FakeEventLoopTest, RunEndsByStopOrWhenNothingCanHappen) {
  loop_.After(std::chrono::hours(1), [this] { loop_.Stop(); });
  loop_.After(std::chrono::hours(2), [this] { seen_.push_back(2); });
  loop_.Run();
  EXPECT_TRUE(seen_.empty());
  loop_.Run();
  EXPECT_THAT(seen_, ElementsAre(2));
}

TEST_F(FakeEventLoopTest, AClosedDescriptorCannotBeWatched) {
  EXPECT_FALSE(loop_.Watch(-1, {}, [](FdEvents) {}));
}

}  // namespace
}  // namespace twelve

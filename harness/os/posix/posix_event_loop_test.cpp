#include "harness/os/posix/posix_event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A loop, and a timer that fails the test if it would wait for ever.
class PosixEventLoopTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<EventLoop>> made = PosixEventLoop::Create(clock_);
    ASSERT_TRUE(made.ok());
    loop_ = std::move(made).value();
    loop_->After(seconds(30), [this] {
      ADD_FAILURE() << "nothing ended the loop";
      loop_->Stop();
    });
  }

  struct Pair {
    UniqueFd a;
    UniqueFd b;
  };
  static Pair Connected() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
  }
  static void Say(const UniqueFd& fd) { ASSERT_EQ(write(fd.get(), "x", 1), 1); }

  SystemClock clock_;
  std::unique_ptr<EventLoop> loop_;
};

TEST_F(PosixEventLoopTest, TellsWhatIsReadableAndWritable) {
  const Pair pair = Connected();
  Say(pair.b);
  FdEvents got;
  ASSERT_TRUE(
      loop_->Watch(pair.a.get(), {.readable = true, .writable = true}, [&](FdEvents events) {
        got = events;
        loop_->Stop();
      }));
  loop_->Run();
  EXPECT_TRUE(got.readable);
  EXPECT_TRUE(got.writable);
  EXPECT_FALSE(got.hang_up);
}

TEST_F(PosixEventLoopTest, TellsTheEndOfTheOtherSide) {
  Pair pair = Connected();
  pair.b.Reset();
  FdEvents got;
  ASSERT_TRUE(loop_->Watch(pair.a.get(), {.readable = false}, [&](FdEvents events) {
    got = events;
    loop_->Stop();
  }));
  loop_->Run();
  EXPECT_TRUE(got.hang_up);
}

TEST_F(PosixEventLoopTest, ChangesWhatIsWatched) {
  const Pair pair = Connected();
  int calls = 0;
  ASSERT_TRUE(loop_->Watch(pair.a.get(), {.readable = true}, [&](FdEvents events) {
    ++calls;
    EXPECT_TRUE(events.writable);
    loop_->Stop();
  }));
  loop_->RunOnce(Duration::zero());
  EXPECT_EQ(calls, 0);
  ASSERT_TRUE(loop_->Change(pair.a.get(), {.readable = true, .writable = true}));
  loop_->Run();
  EXPECT_EQ(calls, 1);
}

TEST_F(PosixEventLoopTest, RefusesWhatCannotBeWatched) {
  EXPECT_FALSE(loop_->Watch(-1, {}, [](FdEvents) {}).ok());
  const UniqueFd file(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(loop_->Watch(file.get(), {}, [](FdEvents) {}).ok());
  const Pair pair = Connected();
  EXPECT_FALSE(loop_->Change(pair.a.get(), {}).ok());
  ASSERT_TRUE(loop_->Watch(pair.a.get(), {}, [](FdEvents) {}).ok());
  EXPECT_FALSE(loop_->Watch(pair.a.get(), {}, [](FdEvents) {}).ok());
}

// Both descriptors are ready in one batch. Whichever handler comes first ends the other's watch,
// and puts a new one on the same number: the event that is already fetched is not for it.
TEST_F(PosixEventLoopTest, NeverGivesAnOldEventToANewWatch) {
  const Pair first = Connected();
  const Pair second = Connected();
  const Pair silent = Connected();
  Say(first.b);
  Say(second.b);
  int handled = 0;
  const auto replace = [&](const UniqueFd& self, const UniqueFd& other) {
    ++handled;
    loop_->Unwatch(self.get());
    loop_->Unwatch(other.get());
    ASSERT_EQ(dup3(silent.a.get(), other.get(), O_CLOEXEC), other.get());  // the number, reused
    ASSERT_TRUE(loop_->Watch(other.get(), {}, [](FdEvents) { ADD_FAILURE() << "a stale event"; }));
  };
  ASSERT_TRUE(loop_->Watch(first.a.get(), {}, [&](FdEvents) { replace(first.a, second.a); }));
  ASSERT_TRUE(loop_->Watch(second.a.get(), {}, [&](FdEvents) { replace(second.a, first.a); }));
  loop_->RunOnce(seconds(10));
  loop_->RunOnce(Duration::zero());
  EXPECT_EQ(handled, 1);
}

TEST_F(PosixEventLoopTest, AHandlerMayEndItsOwnWatchAndItself) {
  const Pair pair = Connected();
  Say(pair.b);
  auto counter = std::make_shared<int>(0);
  const std::weak_ptr<int> alive = counter;
  ASSERT_TRUE(loop_->Watch(pair.a.get(), {}, [this, &pair, counter](FdEvents) {
    loop_->Unwatch(pair.a.get());
    ++*counter;  // still there: the handler outlives its call
  }));
  counter.reset();
  loop_->RunOnce(seconds(10));
  EXPECT_TRUE(alive.expired());
  loop_->RunOnce(Duration::zero());
}

TEST_F(PosixEventLoopTest, EdgeTriggeredTellsOnce) {
  const Pair pair = Connected();
  Say(pair.b);
  int calls = 0;
  ASSERT_TRUE(
      loop_->Watch(pair.a.get(), {.readable = true, .edge = true}, [&](FdEvents) { ++calls; }));
  loop_->RunOnce(seconds(10));
  loop_->RunOnce(Duration::zero());
  EXPECT_EQ(calls, 1);
  Say(pair.b);
  loop_->RunOnce(seconds(10));
  EXPECT_EQ(calls, 2);
}

TEST_F(PosixEventLoopTest, TimersRunInTheOrderOfTheirTimesAndNeverEarly) {
  std::vector<int> order;
  const TimePoint start = clock_.Now();
  loop_->At(start + milliseconds(20), [&] {
    order.push_back(3);
    EXPECT_GE(clock_.Now() - start, milliseconds(20));
    loop_->Stop();
  });
  loop_->At(start + milliseconds(10), [&] { order.push_back(1); });
  loop_->At(start + milliseconds(10), [&] { order.push_back(2); });
  loop_->Run();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST_F(PosixEventLoopTest, ACancelledTimerNeverRuns) {
  EventLoop::TimerId second = 0;
  loop_->After(milliseconds(1), [&] { loop_->Cancel(second); });
  second = loop_->After(milliseconds(2), [] { ADD_FAILURE() << "it was cancelled"; });
  const EventLoop::TimerId third = loop_->After(milliseconds(3), [this] { loop_->Stop(); });
  EXPECT_NE(second, 0U);
  EXPECT_NE(second, third);
  loop_->Run();
  loop_->Cancel(third);  // over already: nothing happens
}

TEST_F(PosixEventLoopTest, ATimerThatSetsItselfDoesNotStarveOthers) {
  const Pair pair = Connected();
  std::function<void()> again = [&] { loop_->After(Duration::zero(), again); };
  again();
  ASSERT_TRUE(loop_->Watch(pair.a.get(), {}, [this](FdEvents) { loop_->Stop(); }));
  loop_->After(milliseconds(1), [&] { Say(pair.b); });
  loop_->Run();
}

TEST_F(PosixEventLoopTest, RunsWhatOtherThreadsPostInTheirOrder) {
  constexpr int kEach = 10'000;
  std::vector<int> seen;
  std::thread poster([&] {
    for (int i = 0; i < kEach; ++i) loop_->Post([&seen, i] { seen.push_back(i); });
    loop_->Post([this] { loop_->Stop(); });
  });
  loop_->Run();
  poster.join();
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(kEach));
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(PosixEventLoopTest, APostedTaskMayPostAgain) {
  int left = 100;
  std::function<void()> again = [&] {
    if (--left == 0) {
      loop_->Stop();
    } else {
      loop_->Post(again);
    }
  };
  loop_->Post(again);
  loop_->Run();
  EXPECT_EQ(left, 0);
}

TEST_F(PosixEventLoopTest, AStopThatComesFirstCounts) {
  loop_->Stop();
  loop_->Run();
  SUCCEED();
}

TEST_F(PosixEventLoopTest, StopFromAnotherThreadEndsTheWait) {
  std::thread stopper([this] { loop_->Stop(); });
  loop_->Run();
  stopper.join();
}

}  // namespace
}  // namespace twelve

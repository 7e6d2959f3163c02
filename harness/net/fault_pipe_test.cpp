#include "harness/net/fault_pipe.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class FaultPipeTest : public testing::Test {
 protected:
  /// Takes what is due now, as a receiver that is always ready.
  std::string Take() {
    std::string taken;
    for (;;) {
      const std::string due(pipe_.Due(faults_, now_));
      if (due.empty()) return taken;
      pipe_.Sent(due.size());
      taken += due;
    }
  }

  FaultPipe pipe_{1};
  FlowFaults faults_;
  TimePoint now_{seconds(1000)};
};

TEST_F(FaultPipeTest, WithoutFaultsPassesOnAtOnce) {
  pipe_.Push("hello", now_);
  EXPECT_EQ(Take(), "hello");
  EXPECT_FALSE(pipe_.Next(faults_, now_).has_value());
  pipe_.PushEnd(now_);
  EXPECT_TRUE(pipe_.EndDue(faults_, now_));
  EXPECT_EQ(pipe_.delivered(), 5u);
}

TEST_F(FaultPipeTest, LatencyHoldsEachPieceForItsTime) {
  faults_.latency = milliseconds(100);
  pipe_.Push("a", now_);
  now_ += milliseconds(40);
  pipe_.Push("b", now_);
  pipe_.PushEnd(now_);
  EXPECT_EQ(Take(), "");
  EXPECT_EQ(pipe_.Next(faults_, now_), now_ + milliseconds(60));
  now_ += milliseconds(60);
  EXPECT_EQ(Take(), "a");
  EXPECT_FALSE(pipe_.EndDue(faults_, now_));
  EXPECT_EQ(pipe_.Next(faults_, now_), now_ + milliseconds(40));
  now_ += milliseconds(40);
  EXPECT_EQ(Take(), "b");
  EXPECT_TRUE(pipe_.EndDue(faults_, now_));
}

TEST_F(FaultPipeTest, JitterStaysInItsRangeAndKeepsTheOrder) {
  faults_.latency = milliseconds(20);
  faults_.jitter = milliseconds(20);
  std::string sent, received;
  std::vector<TimePoint> pushed;
  for (int i = 0; i < 200; ++i) {
    const char letter = static_cast<char>('a' + i % 26);
    pipe_.Push(std::string(1, letter), now_);
    sent += letter;
    pushed.push_back(now_);
    now_ += milliseconds(1);
    received += Take();
    // What is out is at most 40 ms old at the front of the line.
    EXPECT_GE(received.size() + 41, sent.size());
  }
  now_ += milliseconds(40);
  received += Take();
  EXPECT_EQ(received, sent);
}

TEST_F(FaultPipeTest, AChangeConcernsWhatIsOnItsWay) {
  faults_.latency = seconds(60);
  pipe_.Push("late", now_);
  EXPECT_EQ(Take(), "");
  faults_.latency = Duration::zero();
  EXPECT_EQ(Take(), "late");
}

TEST_F(FaultPipeTest, BandwidthHoldsOnTheWhole) {
  faults_.bytes_per_second = 100'000;
  const TimePoint began = now_;
  std::uint64_t received = 0;
  while (received < 1'000'000) {
    const std::size_t room = pipe_.Room(faults_);
    if (room > 0) pipe_.Push(std::string(room, 'x'), now_);
    received += Take().size();
    const auto next = pipe_.Next(faults_, now_);
    ASSERT_TRUE(next.has_value());
    now_ = std::max(*next, now_ + microseconds(1700));  // a loop that is often a little late
  }
  EXPECT_NEAR(ToSeconds(now_ - began), 10.0, 0.1);
}

TEST_F(FaultPipeTest, BandwidthOfAFewBytesMakesProgress) {
  faults_.bytes_per_second = 1;
  pipe_.Push("ab", now_);
  EXPECT_EQ(Take(), "");
  const auto next = pipe_.Next(faults_, now_);
  ASSERT_TRUE(next.has_value());
  now_ = *next;
  EXPECT_EQ(Take(), "a");
}

TEST_F(FaultPipeTest, StallMovesNothingAndLosesNothing) {
  faults_.stall = true;
  pipe_.Push("kept", now_);
  pipe_.PushEnd(now_);
  EXPECT_EQ(Take(), "");
  EXPECT_FALSE(pipe_.EndDue(faults_, now_));
  EXPECT_FALSE(pipe_.Next(faults_, now_).has_value());
  faults_.stall = false;
  EXPECT_EQ(Take(), "kept");
  EXPECT_TRUE(pipe_.EndDue(faults_, now_));
}

TEST_F(FaultPipeTest, ALimitCutsExactly) {
  faults_.limit = 7;
  pipe_.Push("0123", now_);
  EXPECT_EQ(Take(), "0123");
  pipe_.Push("456789", now_);
  EXPECT_EQ(Take(), "456");
  EXPECT_EQ(Take(), "");
  EXPECT_EQ(pipe_.delivered(), 7u);
}

TEST_F(FaultPipeTest, AFullPipeAsksForNoMore) {
  faults_.stall = true;
  pipe_.Push(std::string(FaultPipe::kRoom, 'x'), now_);
  EXPECT_EQ(pipe_.Room(faults_), 0u);
  faults_.latency = seconds(1);
  EXPECT_EQ(pipe_.Room(faults_), FaultPipe::kDelayedRoom - FaultPipe::kRoom);
}

}  // namespace
}  // namespace twelve

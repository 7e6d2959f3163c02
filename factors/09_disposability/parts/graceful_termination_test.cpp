#include "factors/09_disposability/parts/graceful_termination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace twelve {
namespace {

using ::testing::ElementsAre;

class FakeService final : public Drainable {
 public:
  explicit FakeService(const DrainState& drain) : drain_(drain) {}
  void StopAccepting() override {
    stopped = true;
    was_draining = drain_.draining();
    if (on_stop) on_stop();
  }
  int Open() const override { return open; }
  bool Ended() const override { return ended; }
  int change_fd() const override { return change.get(); }
  void Change() { ::eventfd_write(change.get(), 1); }

  int open = 0;
  bool ended = false;
  bool stopped = false;
  bool was_draining = false;
  std::function<void()> on_stop;
  UniqueFd change{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

 private:
  const DrainState& drain_;
};

class FakeEvents final : public EventSink {
 public:
  void Write(const Event& event) override {
    types.emplace_back(event.type);
    if (on_write) on_write(types.back());
  }
  std::uint64_t Dropped() const override { return 0; }
  std::vector<std::string> types;
  std::function<void(const std::string&)> on_write;
};

class GracefulTerminationTest : public ::testing::Test {
 protected:
  GracefulTerminationTest() {
    termination_.Install();
    Configure(std::chrono::milliseconds(1), std::chrono::hours(1));
  }
  void Configure(Duration drain_delay, Duration grace) {
    termination_.Configure({drain_delay, grace}, drain_, events_, clock_);
  }

  SystemClock clock_;
  DrainState drain_;
  FakeService service_{drain_};
  FakeEvents events_;
  GracefulTermination termination_;
};

TEST_F(GracefulTerminationTest, DrainsThenStopsAcceptingThenEndsWithZero) {
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(termination_.Run(service_), 0);
  EXPECT_TRUE(service_.stopped);
  EXPECT_TRUE(service_.was_draining);
  EXPECT_THAT(events_.types, ElementsAre("draining", "stopped_accepting", "drained"));
}

TEST_F(GracefulTerminationTest, TakesSigintAsWell) {
  ::kill(::getpid(), SIGINT);
  EXPECT_EQ(termination_.Run(service_), 0);
}

TEST_F(GracefulTerminationTest, WaitsForRequestsInFlight) {
  service_.open = 1;
  service_.on_stop = [&] {
    service_.Change();  // a change that is not the end
    service_.open = 0;
    service_.Change();
  };
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(termination_.Run(service_), 0);
}

TEST_F(GracefulTerminationTest, GivesUpWhenTheGracePeriodIsOver) {
  Configure(std::chrono::milliseconds(1), std::chrono::milliseconds(20));
  service_.open = 1;
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(termination_.Run(service_), 1);
  EXPECT_TRUE(service_.stopped);
}

TEST_F(GracefulTerminationTest, ASecondSignalEndsTheDrainDelay) {
  Configure(std::chrono::hours(1), std::chrono::hours(1));
  events_.on_write = [](const std::string& type) {
    if (type == "draining") ::kill(::getpid(), SIGTERM);
  };
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(termination_.Run(service_), 128 + SIGTERM);
  EXPECT_FALSE(service_.stopped);
}

TEST_F(GracefulTerminationTest, ASecondSignalEndsTheWaitForRequests) {
  service_.open = 1;
  service_.on_stop = [] { ::kill(::getpid(), SIGINT); };
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(termination_.Run(service_), 128 + SIGINT);
  EXPECT_THAT(events_.types, ElementsAre("draining", "stopped_accepting", "second_signal"));
}

TEST_F(GracefulTerminationTest, ASignalBeforeAnythingIsServedIsSeen) {
  EXPECT_FALSE(termination_.WaitForRequest(Duration::zero()));
  ::kill(::getpid(), SIGTERM);
  EXPECT_TRUE(termination_.WaitForRequest(std::chrono::hours(1)));
  EXPECT_TRUE(termination_.WaitForRequest(Duration::zero()));
}

TEST_F(GracefulTerminationTest, EndsWithAServiceThatHasEnded) {
  service_.ended = true;
  EXPECT_EQ(termination_.Run(service_), 0);
  EXPECT_THAT(events_.types, ElementsAre());
}

}  // namespace
}  // namespace twelve

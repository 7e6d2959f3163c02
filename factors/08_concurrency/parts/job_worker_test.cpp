#include "factors/08_concurrency/parts/job_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <set>

#include "tests/support/memory_job_queue.h"

namespace twelve {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class KeptEvents final : public EventSink {
 public:
  void Write(const Event& event) override {
    MutexLock lock(mutex_);
    types_.emplace_back(event.type);
    traces_.insert(event.trace_id);
    changed_.NotifyAll();
  }
  std::uint64_t Dropped() const override { return 0; }
  std::vector<std::string> types() {
    MutexLock lock(mutex_);
    return types_;
  }
  std::set<std::string> traces() {
    MutexLock lock(mutex_);
    return traces_;
  }
  bool WaitFor(const std::string& type) {
    const TimePoint until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    MutexLock lock(mutex_);
    while (std::find(types_.begin(), types_.end(), type) == types_.end()) {
      if (std::chrono::steady_clock::now() >= until) return false;
      changed_.WaitUntil(mutex_, until);
    }
    return true;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<std::string> types_ TWELVE_GUARDED_BY(mutex_);
  std::set<std::string> traces_ TWELVE_GUARDED_BY(mutex_);
};

class JobWorkerTest : public ::testing::Test {
 protected:
  JobWorkerTest() {
    handlers_["echo"] = [](const Job& job, const Cancellation&) -> Result<std::string> {
      return job.payload;
    };
    handlers_["never"] = [](const Job&, const Cancellation&) -> Result<std::string> {
      return InvalidError("it cannot be done");
    };
    handlers_["hold"] = [](const Job&, const Cancellation& cancel) -> Result<std::string> {
      if (cancel.WaitFor(std::chrono::hours(1))) {
        return Error{ErrorCode::kClosed, "given up", {}, 0};
      }
      return std::string();
    };
  }

  std::unique_ptr<JobWorker> Start(Duration give_back_after = std::chrono::hours(1)) {
    auto worker =
        std::make_unique<JobWorker>(WorkerOptions{"w1", 4, std::chrono::hours(1), give_back_after},
                                    queue_, handlers_, events_, clock_);
    worker->Start();
    return worker;
  }
  std::string Put(const std::string& kind, const std::string& payload = "{}") {
    return *queue_.Put({{}, kind, payload, {}, "trace-of-" + kind, 0});
  }
  static void WaitUntilClosed(const JobWorker& worker) {
    pollfd change{worker.change_fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&change, 1, 30'000), 1);
    EXPECT_EQ(worker.Open(), 0);
  }

  const SystemClock clock_;
  MemoryJobQueue queue_;
  KeptEvents events_;
  JobHandlers handlers_;
};

TEST_F(JobWorkerTest, DoesEveryJobAndKeepsItsTrace) {
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(Put("echo", "{\"n\":" + std::to_string(i) + "}"));
  const auto worker = Start();
  for (const std::string& id : ids) {
    EXPECT_EQ(queue_.WaitForState(id, JobState::kDone), JobState::kDone);
  }
  EXPECT_EQ((*queue_.Find(ids[7]))->result, "{\"n\":7}");
  worker->StopAccepting();
  WaitUntilClosed(*worker);
  EXPECT_EQ(worker->counts().done, 20);
  EXPECT_EQ(events_.traces(), std::set<std::string>{"trace-of-echo"});
}

TEST_F(JobWorkerTest, FailsWhatCanNeverBeDone) {
  const std::string impossible = Put("never");
  const std::string unknown = Put("fold-laundry");
  const auto worker = Start();
  EXPECT_EQ(queue_.WaitForState(impossible, JobState::kFailed), JobState::kFailed);
  EXPECT_EQ(queue_.WaitForState(unknown, JobState::kFailed), JobState::kFailed);
  EXPECT_EQ((*queue_.Find(impossible))->result, "it cannot be done");
  EXPECT_THAT((*queue_.Find(unknown))->result, HasSubstr("\"fold-laundry\""));
}

TEST_F(JobWorkerTest, TriesAgainWhatDidNotWorkOut) {
  handlers_["shaky"] = [](const Job& job, const Cancellation&) -> Result<std::string> {
    if (job.deliveries < 3) return Error{ErrorCode::kTimeout, "the database is slow", {}, 0};
    return std::string("third time");
  };
  const std::string id = Put("shaky");
  const auto worker = Start();
  EXPECT_EQ(queue_.WaitForState(id, JobState::kDone), JobState::kDone);
  EXPECT_EQ((*queue_.Find(id))->result, "third time");
}

TEST_F(JobWorkerTest, FinishesWhatFitsAndReturnsTheRest) {
  const std::string held = Put("hold");
  const auto worker = Start(std::chrono::milliseconds(50));
  ASSERT_TRUE(events_.WaitFor("job_started"));
  worker->StopAccepting();
  WaitUntilClosed(*worker);
  EXPECT_EQ((*queue_.Find(held))->state, JobState::kQueued);
  // It may have taken it once more, in the same moment, and returned it again.
  EXPECT_GE(worker->counts().returned, 1);
  EXPECT_THAT(events_.types(), Contains("job_returned"));
}

TEST_F(JobWorkerTest, WaitsForWhatGoesOn) {
  Cancellation go_on;
  handlers_["gate"] = [&](const Job&, const Cancellation&) -> Result<std::string> {
    return go_on.WaitFor(std::chrono::seconds(30)) ? std::string("through") : std::string("late");
  };
  const std::string id = Put("gate");
  const auto worker = Start();
  ASSERT_TRUE(events_.WaitFor("job_started"));
  worker->StopAccepting();
  EXPECT_GT(worker->Open(), 0);
  go_on.Cancel();
  WaitUntilClosed(*worker);
  EXPECT_EQ((*queue_.Find(id))->result, "through");
}

TEST_F(JobWorkerTest, TakesNothingAnyMoreOnceItWasAskedToStop) {
  const auto worker = Start();
  worker->StopAccepting();
  WaitUntilClosed(*worker);
  const std::string id = Put("echo");
  EXPECT_EQ((*queue_.Find(id))->state, JobState::kQueued);
}

TEST_F(JobWorkerTest, GoesOnWhenTheQueueComesBack) {
  queue_.SetAway(true);
  const auto worker = Start();
  ASSERT_TRUE(events_.WaitFor("queue_away"));
  queue_.SetAway(false);
  const std::string id = Put("echo");
  EXPECT_EQ(queue_.WaitForState(id, JobState::kDone), JobState::kDone);
  EXPECT_THAT(events_.types(), Contains("queue_back"));
}

TEST_F(JobWorkerTest, AcknowledgesWhatIsDoneWhenTheQueueComesBack) {
  handlers_["cut"] = [&](const Job&, const Cancellation&) -> Result<std::string> {
    queue_.SetAway(true);
    return std::string("done meanwhile");
  };
  const std::string id = Put("cut");
  const auto worker = Start();
  ASSERT_TRUE(events_.WaitFor("queue_away"));
  queue_.SetAway(false);
  EXPECT_EQ(queue_.WaitForState(id, JobState::kDone), JobState::kDone);
  EXPECT_EQ((*queue_.Find(id))->job.deliveries, 1);
}

}  // namespace
}  // namespace twelve

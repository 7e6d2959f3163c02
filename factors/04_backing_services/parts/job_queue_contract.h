#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/made_schema.h"
#include "factors/04_backing_services/parts/open_backing.h"
#include "factors/04_backing_services/parts/open_job_queue.h"
#include "factors/04_backing_services/parts/queue_home.h"
#include "factors/04_backing_services/parts/redis_connection.h"

namespace twelve {

/// What every JobQueue must do, whatever is behind it. A test program includes this once and
/// instantiates it with its own homes; what a home holds of an earlier test is thrown away.
/// An empty queue is there, and its tables if it needs some.
inline Status MakeQueue(const std::string& url, const Clock& clock) {
  constexpr Duration kStart = std::chrono::seconds(30);
  if (SchemeOf(url) == "redis") {
    const Result<RedisLocation> location = ParseRedisUrl(url);
    if (!location) return location.error();
    RedisConnections redis(*location, {}, clock);
    if (Status status = redis.Connect(kStart); !status) return status;
    const Result<RedisValue> flushed = redis.Run({"FLUSHDB"});
    return flushed ? Status() : flushed.error();
  }
  const auto database = OpenDatabase(url, {}, clock);
  if (!database) return database.error();
  if (Status status = database.value()->Connect(kStart); !status) return status;
  for (const Migration& migration : ServiceMigrations(database.value()->dialect())) {
    for (const std::string& sql : migration.down) {
      // Fails where there was no test before this one.
      static_cast<void>(database.value()->Query(sql, {}));
    }
  }
  return MakeSchema(*database.value());
}

class JobQueueContract : public ::testing::TestWithParam<QueueHomeMaker> {
 protected:
  static constexpr Duration kLong = std::chrono::hours(1);
  static constexpr Duration kPatience = std::chrono::seconds(30);
  static constexpr Duration kNow = Duration::zero();

  void SetUp() override {
    home_ = GetParam().make();
    ASSERT_NE(home_, nullptr);
    const Status made = MakeQueue(home_->url(), clock_);
    ASSERT_TRUE(made.ok()) << made.error().message;
    queue_ = Open();
  }

  /// A further process, as far as the queue can tell.
  std::unique_ptr<JobQueue> Open() {
    AttachOptions options;
    options.pool_least = 1;
    auto queue = OpenJobQueue(home_->url(), options, clock_);
    EXPECT_TRUE(queue.ok()) << (queue ? "" : queue.error().message);
    const Status connected = queue.value()->Connect(std::chrono::seconds(10));
    EXPECT_TRUE(connected.ok()) << (connected ? "" : connected.error().message);
    return std::move(queue).value();
  }

  std::string Put(const std::string& kind, const std::string& key = {}) {
    const Result<std::string> id = queue_->Put({{}, kind, R"({"n":1})", key, "trace-1"});
    EXPECT_TRUE(id.ok()) << (id ? "" : id.error().message);
    return id ? *id : "";
  }
  std::optional<Job> Take(JobQueue& queue, const std::string& worker, Duration visibility,
                          Duration at_most) {
    const auto taken = queue.Take(worker, visibility, at_most);
    EXPECT_TRUE(taken.ok()) << (taken ? "" : taken.error().message);
    return taken ? taken.value() : std::nullopt;
  }
  std::optional<Job> Take(const std::string& worker, Duration visibility = kLong) {
    return Take(*queue_, worker, visibility, kNow);
  }
  JobStatus Find(const std::string& id) {
    const auto found = queue_->Find(id);
    EXPECT_TRUE(found.ok()) << (found ? "" : found.error().message);
    return found && found.value() ? **found : JobStatus{};
  }
  static bool Is(const Result<bool>& result) {
    EXPECT_TRUE(result.ok()) << (result ? "" : result.error().message);
    return result && *result;
  }

  SystemClock clock_;
  std::unique_ptr<QueueHome> home_;
  std::unique_ptr<JobQueue> queue_;
};

TEST_P(JobQueueContract, GivesAWorkerWhatWasPut) {
  const std::string payload = R"({"text":"it's \"$1\" ? \n\\ ü %s; DROP TABLE jobs"})";
  const Result<std::string> id = queue_->Put({{}, "resize", payload, "key-1", "trace-1"});
  ASSERT_TRUE(id.ok()) << id.error().message;
  const auto job = Take(*Open(), "w1", kLong, kNow);
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->id, *id);
  EXPECT_EQ(job->kind, "resize");
  EXPECT_EQ(job->payload, payload);
  EXPECT_EQ(job->idempotency_key, "key-1");
  EXPECT_EQ(job->trace_id, "trace-1");
  EXPECT_EQ(job->deliveries, 1);
}

TEST_P(JobQueueContract, SaysWhatBecameOfAJob) {
  const std::string id = Put("resize");
  EXPECT_EQ(Find(id).state, JobState::kQueued);
  const auto job = Take("w1");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(Find(id).state, JobState::kRunning);
  EXPECT_EQ(Find(id).job.deliveries, 1);
  EXPECT_TRUE(Is(queue_->Acknowledge(*job, "w1", "800x600")));
  const JobStatus done = Find(id);
  EXPECT_EQ(done.state, JobState::kDone);
  EXPECT_EQ(done.result, "800x600");
  EXPECT_EQ(done.job.kind, "resize");
  EXPECT_EQ(done.job.payload, R"({"n":1})");
}

TEST_P(JobQueueContract, KnowsNoJobThatWasNeverPut) {
  Put("resize");
  for (const char* id : {"", "0", "-1", "x", "1x", " 1", "99999999999999999999"}) {
    const auto found = queue_->Find(id);
    ASSERT_TRUE(found.ok()) << id << ": " << found.error().message;
    EXPECT_FALSE(found.value().has_value()) << id;
  }
  EXPECT_FALSE(Is(queue_->Acknowledge({"77", "resize", "{}", "", "", 1}, "w1", "")));
}

TEST_P(JobQueueContract, GivesTheOldestFirst) {
  std::vector<std::string> put;
  for (int i = 0; i < 5; ++i) put.push_back(Put("resize"));
  std::vector<std::string> taken;
  while (const auto job = Take("w1")) taken.push_back(job->id);
  EXPECT_EQ(taken, put);
}

TEST_P(JobQueueContract, TakesTheSameKeyForTheSameJob) {
  const std::string first = Put("resize", "order-17");
  EXPECT_EQ(Put("resize", "order-17"), first);
  EXPECT_NE(Put("resize", "order-18"), first);
  EXPECT_NE(Put("resize"), Put("resize"));
  const auto job = Take("w1");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->id, first);
  EXPECT_TRUE(Is(queue_->Acknowledge(*job, "w1", "")));
  EXPECT_EQ(Put("resize", "order-17"), first) << "also when it is done";
  EXPECT_EQ(Find(first).state, JobState::kDone);
  EXPECT_EQ(queue_->Depth()->queued, 3);
}

TEST_P(JobQueueContract, TakesTheSameKeyForTheSameJobFromManyAtOnce) {
  const auto other = Open();
  std::vector<std::string> ids(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    JobQueue& queue = i % 2 == 0 ? *queue_ : *other;
    threads.emplace_back([&queue, &id = ids[i]] {
      const Result<std::string> put = queue.Put({{}, "resize", "{}", "order-17", ""});
      EXPECT_TRUE(put.ok()) << (put ? "" : put.error().message);
      if (put) id = *put;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(ids, ::testing::Each(ids[0]));
  EXPECT_TRUE(Take("w1").has_value());
  EXPECT_FALSE(Take("w1").has_value());
}

TEST_P(JobQueueContract, GivesEachJobToOneOfManyWorkers) {
  constexpr int kJobs = 120;
  for (int i = 0; i < kJobs; ++i) Put("resize");
  const auto other = Open();
  std::vector<std::vector<std::string>> taken(6);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    JobQueue& queue = i % 2 == 0 ? *queue_ : *other;
    threads.emplace_back([this, &queue, &mine = taken[i], i] {
      const std::string worker = "w" + std::to_string(i);
      while (const auto job = Take(queue, worker, kLong, kNow)) mine.push_back(job->id);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<std::string, int> times;
  for (const auto& mine : taken) {
    for (const std::string& id : mine) ++times[id];
  }
  EXPECT_EQ(times.size(), static_cast<std::size_t>(kJobs));
  for (const auto& [id, count] : times) EXPECT_EQ(count, 1) << id;
}

TEST_P(JobQueueContract, GivesTheJobOfAWorkerThatIsGoneToAnother) {
  const std::string id = Put("resize");
  {
    const auto dying = Open();
    ASSERT_TRUE(Take(*dying, "w1", std::chrono::milliseconds(50), kNow).has_value());
  }
  const auto job = Take(*queue_, "w2", kLong, kPatience);
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->id, id);
  EXPECT_EQ(job->deliveries, 2);
  EXPECT_TRUE(Is(queue_->Acknowledge(*job, "w2", "")));
}

TEST_P(JobQueueContract, LeavesATakenJobAloneUntilItsOwnVisibilityHasPassed) {
  Put("resize");
  ASSERT_TRUE(Take("w1", kLong).has_value());
  EXPECT_FALSE(Take("w2", std::chrono::milliseconds(1)).has_value());
  EXPECT_FALSE(
      Take(*Open(), "w3", std::chrono::milliseconds(1), std::chrono::milliseconds(50)).has_value());
}

TEST_P(JobQueueContract, RefusesAWorkerThatCameTooLate) {
  const std::string id = Put("resize");
  const auto late = Take("w1", std::chrono::milliseconds(1));
  ASSERT_TRUE(late.has_value());
  const auto second = Take(*queue_, "w2", kLong, kPatience);
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(Is(queue_->Acknowledge(*late, "w1", "late")));
  EXPECT_FALSE(Is(queue_->Return(*late, "w1")));
  EXPECT_FALSE(Is(queue_->Fail(*late, "w1", "late")));
  EXPECT_EQ(Find(id).state, JobState::kRunning);
  EXPECT_TRUE(Is(queue_->Acknowledge(*second, "w2", "in time")));
  EXPECT_FALSE(Is(queue_->Acknowledge(*late, "w1", "late")));
  EXPECT_EQ(Find(id).result, "in time");
}

TEST_P(JobQueueContract, TellsTwoDeliveriesToTheSameWorkerApart) {
  Put("resize");
  const auto first = Take("w1", std::chrono::milliseconds(1));
  ASSERT_TRUE(first.has_value());
  const auto second = Take(*queue_, "w1", kLong, kPatience);
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(Is(queue_->Acknowledge(*first, "w1", "")));
  EXPECT_TRUE(Is(queue_->Acknowledge(*second, "w1", "")));
}

TEST_P(JobQueueContract, LetsAWorkerFinishLateWhenNobodyElseHasTheJob) {
  const std::string id = Put("resize");
  const auto job = Take("w1", Duration::zero());
  ASSERT_TRUE(job.has_value());
  EXPECT_TRUE(Is(queue_->Acknowledge(*job, "w1", "done")));
  EXPECT_EQ(Find(id).state, JobState::kDone);
  EXPECT_FALSE(Take("w2").has_value());
}

TEST_P(JobQueueContract, AcknowledgesAgainWhenTheAnswerWasLost) {
  Put("resize");
  const auto job = Take("w1");
  ASSERT_TRUE(job.has_value());
  EXPECT_TRUE(Is(queue_->Acknowledge(*job, "w1", "done")));
  EXPECT_TRUE(Is(queue_->Acknowledge(*job, "w1", "done")));
  EXPECT_FALSE(Is(queue_->Return(*job, "w1")));
  EXPECT_EQ(queue_->Depth()->done, 1);
}

TEST_P(JobQueueContract, GivesAReturnedJobToTheNextAtOnce) {
  const std::string id = Put("resize");
  const auto job = Take("w1", kLong);
  ASSERT_TRUE(job.has_value());
  EXPECT_TRUE(Is(queue_->Return(*job, "w1")));
  EXPECT_EQ(Find(id).state, JobState::kQueued);
  const auto again = Take("w2", kLong);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->id, id);
  EXPECT_EQ(again->deliveries, 2);
  EXPECT_FALSE(Is(queue_->Acknowledge(*job, "w1", "")));
}

TEST_P(JobQueueContract, WakesAWorkerThatWaits) {
  const auto other = Open();
  std::optional<Job> taken;
  std::thread waiting([&] { taken = Take(*other, "w1", kLong, kPatience); });
  const std::string id = Put("resize");
  waiting.join();
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->id, id);
}

TEST_P(JobQueueContract, GivesAFailedJobToNobody) {
  const std::string id = Put("resize");
  const auto job = Take("w1");
  ASSERT_TRUE(job.has_value());
  EXPECT_TRUE(Is(queue_->Fail(*job, "w1", "no such picture")));
  EXPECT_EQ(Find(id).state, JobState::kFailed);
  EXPECT_EQ(Find(id).result, "no such picture");
  EXPECT_FALSE(Take("w2").has_value());
}

TEST_P(JobQueueContract, CountsWhatIsInIt) {
  for (int i = 0; i < 6; ++i) Put("resize");
  const auto done = Take("w1");
  const auto failed = Take("w1");
  const auto returned = Take("w1");
  ASSERT_TRUE(done && failed && returned && Take("w1"));
  EXPECT_TRUE(Is(queue_->Acknowledge(*done, "w1", "")));
  EXPECT_TRUE(Is(queue_->Fail(*failed, "w1", "")));
  EXPECT_TRUE(Is(queue_->Return(*returned, "w1")));
  const Result<QueueDepth> depth = queue_->Depth();
  ASSERT_TRUE(depth.ok()) << depth.error().message;
  EXPECT_EQ(depth->queued, 3);
  EXPECT_EQ(depth->running, 1);
  EXPECT_EQ(depth->done, 1);
  EXPECT_EQ(depth->failed, 1);
}

TEST_P(JobQueueContract, EndsEachJobOnceAmongWorkersThatLoseAndReturnJobs) {
  constexpr int kJobs = 60;
  for (int i = 0; i < kJobs; ++i) Put("resize");
  const auto other = Open();
  std::vector<std::map<std::string, int>> ended(4);
  std::atomic<int> left = kJobs;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    JobQueue& queue = i % 2 == 0 ? *queue_ : *other;
    threads.emplace_back([&, i, this] {
      const std::string worker = "w" + std::to_string(i);
      const Deadline deadline = Deadline::After(clock_, kPatience);
      for (std::size_t n = i; left > 0 && !deadline.Passed(clock_); ++n) {
        const auto job =
            Take(queue, worker, std::chrono::milliseconds(5), std::chrono::milliseconds(100));
        if (!job || n % 3 == 0) continue;  // loses it
        if (n % 3 == 1) {
          Is(queue.Return(*job, worker));
        } else if (Is(queue.Acknowledge(*job, worker, worker))) {
          ++ended[i][job->id];
          --left;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<std::string, int> times;
  for (const auto& mine : ended) {
    for (const auto& [id, count] : mine) times[id] += count;
  }
  EXPECT_EQ(times.size(), static_cast<std::size_t>(kJobs));
  for (const auto& [id, count] : times) EXPECT_EQ(count, 1) << id;
  const Result<QueueDepth> depth = queue_->Depth();
  ASSERT_TRUE(depth.ok()) << depth.error().message;
  EXPECT_EQ(depth->done, kJobs);
  EXPECT_EQ(depth->queued + depth->running, 0);
}

TEST_P(JobQueueContract, FailsAtOnceWhileItIsDetachedAndGoesOnAfterwards) {
  const std::string id = Put("resize");
  queue_->Disconnect();
  const auto put = queue_->Put({{}, "resize", "{}", "", ""});
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().code, ErrorCode::kClosed);
  const auto taken = queue_->Take("w1", kLong, kPatience);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, ErrorCode::kClosed);
  EXPECT_FALSE(queue_->Check(std::chrono::seconds(1)).ok());
  ASSERT_TRUE(queue_->Connect(std::chrono::seconds(10)).ok());
  EXPECT_TRUE(queue_->Check(std::chrono::seconds(10)).ok());
  const auto job = Take("w1");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->id, id);
}

TEST_P(JobQueueContract, EndsAWaitWhenItIsDetached) {
  std::atomic<bool> began = false;
  std::optional<ErrorCode> code;
  std::thread waiting([&] {
    began = true;
    const auto taken = queue_->Take("w1", kLong, kLong);
    if (!taken) code = taken.error().code;
  });
  while (!began) std::this_thread::yield();
  queue_->Disconnect();
  waiting.join();
  EXPECT_EQ(code, ErrorCode::kClosed);
}

}  // namespace twelve

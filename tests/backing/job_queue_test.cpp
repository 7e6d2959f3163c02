// The queues on real servers: what every queue must do, and what happens to jobs when the server
// dies, hangs and comes back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <set>

#include "factors/04_backing_services/parts/job_queue_contract.h"
#include "tests/backing/queue_server.h"

namespace twelve {
namespace {

/// One of each for all tests of a run: they start slowly, and MakeQueue empties them.
class Servers : public ::testing::Environment {
 public:
  void SetUp() override { ::signal(SIGPIPE, SIG_IGN); }
  void TearDown() override {
    postgres_.reset();
    redis_.reset();
  }
  QueueServer* Postgres() {
    if (!postgres_) postgres_ = StartPostgres();
    return postgres_.get();
  }
  QueueServer* Redis() {
    if (!redis_) redis_ = StartRedis();
    return redis_.get();
  }

 private:
  std::unique_ptr<QueueServer> postgres_;
  std::unique_ptr<QueueServer> redis_;
};

// Belongs to the test framework.
Servers* const kServers = static_cast<Servers*>(::testing::AddGlobalTestEnvironment(new Servers));

class ServerQueueHome final : public QueueHome {
 public:
  explicit ServerQueueHome(QueueServer& server) : server_(server) {}
  std::string url() const override { return server_.url(); }

 private:
  QueueServer& server_;
};

std::unique_ptr<QueueHome> HomeOn(QueueServer* server) {
  if (server == nullptr) return nullptr;
  return std::make_unique<ServerQueueHome>(*server);
}

const QueueHomeMaker kHomes[] = {
    {"Postgres", [] { return HomeOn(kServers->Postgres()); }},
    {"Redis", [] { return HomeOn(kServers->Redis()); }},
};

INSTANTIATE_TEST_SUITE_P(OnServers, JobQueueContract, ::testing::ValuesIn(kHomes),
                         [](const auto& home) { return home.param.name; });

struct ServerStarter {
  const char* name;
  QueueServer* (*start)();
};
void PrintTo(const ServerStarter& starter, std::ostream* out) {
  *out << starter.name;
}
const ServerStarter kStarters[] = {
    {"Postgres", [] { return kServers->Postgres(); }},
    {"Redis", [] { return kServers->Redis(); }},
};

/// Producers that try until a job is acknowledged, workers that try until they are rid of theirs,
/// all through the handles that a service has: none is ever opened anew.
class QueueOutage : public ::testing::TestWithParam<ServerStarter> {
 protected:
  static constexpr Duration kPatience = std::chrono::seconds(60);

  void SetUp() override {
    server_ = GetParam().start();
    ASSERT_NE(server_, nullptr);
    const Status made = MakeQueue(server_->url(), clock_);
    ASSERT_TRUE(made.ok()) << made.error().message;
    options_.pool_least = 1;
    options_.connect_timeout = std::chrono::seconds(1);
    options_.statement_timeout = std::chrono::seconds(1);
    options_.pool_wait = std::chrono::seconds(1);
    put_side_ = Open();
    work_side_ = Open();
  }
  std::unique_ptr<JobQueue> Open() {
    auto queue = OpenJobQueue(server_->url(), options_, clock_);
    EXPECT_TRUE(queue.ok() && queue.value()->Connect(std::chrono::seconds(10)).ok());
    return std::move(queue).value();
  }

  /// Repeats what fails because of the server, as a client with an idempotency key may.
  template <typename Call>
  auto Insist(const Call& call) -> decltype(call()) {
    const Deadline deadline = Deadline::After(clock_, kPatience);
    while (true) {
      auto result = call();
      if (result.ok() || deadline.Passed(clock_)) return result;
      EXPECT_NE(result.error().code, ErrorCode::kInvalid) << result.error().message;
      ++failures_;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // as an impatient client would
    }
  }

  void Produce(int producer, int jobs) {
    for (int i = 0; i < jobs; ++i) {
      const std::string key = std::to_string(producer) + "." + std::to_string(i);
      const auto id = Insist([&] { return put_side_->Put({{}, "count", "{}", key, ""}); });
      ASSERT_TRUE(id.ok()) << id.error().message;
      MutexLock lock(mutex_);
      put_.insert(*id);
    }
  }
  void Work(int number) {
    const std::string worker = "w" + std::to_string(number);
    while (!finished_) {
      const auto job =
          work_side_->Take(worker, std::chrono::seconds(2), std::chrono::milliseconds(100));
      if (!job) {
        ++failures_;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      if (!job || !job.value()) continue;
      const auto ended = Insist([&] { return work_side_->Acknowledge(**job, worker, worker); });
      ASSERT_TRUE(ended.ok()) << ended.error().message;
      MutexLock lock(mutex_);
      if (*ended) ++ended_[(*job)->id];
    }
  }
  std::size_t Ended() {
    MutexLock lock(mutex_);
    return ended_.size();
  }
  bool AwaitEnded(std::size_t count) {
    const Deadline deadline = Deadline::After(clock_, kPatience);
    while (Ended() < count && !deadline.Passed(clock_)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return Ended() >= count;
  }
  /// `more` jobs come from `outages` itself.
  void Run(int producers, int jobs, int more, const std::function<void()>& outages) {
    std::vector<std::thread> producing, working;
    for (int i = 0; i < producers; ++i) producing.emplace_back([=, this] { Produce(i, jobs); });
    for (int i = 0; i < 3; ++i) working.emplace_back([=, this] { Work(i); });
    outages();
    for (std::thread& thread : producing) thread.join();
    EXPECT_TRUE(AwaitEnded(static_cast<std::size_t>(producers * jobs + more)));
    finished_ = true;
    for (std::thread& thread : working) thread.join();
  }
  void ExpectAllDoneOnce(std::size_t jobs) {
    MutexLock lock(mutex_);
    EXPECT_EQ(put_.size(), jobs);
    EXPECT_EQ(ended_.size(), jobs);
    for (const std::string& id : put_) EXPECT_EQ(ended_[id], 1) << "job " << id;
    const Result<QueueDepth> depth = put_side_->Depth();
    ASSERT_TRUE(depth.ok()) << depth.error().message;
    EXPECT_EQ(depth->done, static_cast<std::int64_t>(jobs));
    EXPECT_EQ(depth->queued + depth->running + depth->failed, 0);
  }

  SystemClock clock_;
  AttachOptions options_;
  QueueServer* server_ = nullptr;
  std::unique_ptr<JobQueue> put_side_;
  std::unique_ptr<JobQueue> work_side_;
  std::atomic<bool> finished_ = false;
  std::atomic<int> failures_ = 0;
  Mutex mutex_;
  std::set<std::string> put_ TWELVE_GUARDED_BY(mutex_);
  std::map<std::string, int> ended_ TWELVE_GUARDED_BY(mutex_);
};

TEST_P(QueueOutage, LosesNoJobAndEndsNoneTwiceWhenTheServerIsKilled) {
  constexpr int kProducers = 2, kJobs = 150;
  Run(kProducers, kJobs, 0, [this] {
    for (const std::size_t count : {20u, 60u, 120u}) {
      ASSERT_TRUE(AwaitEnded(count));
      server_->Kill();
      server_->Start();
    }
  });
  EXPECT_GT(failures_, 0) << "nobody noticed";
  ExpectAllDoneOnce(kProducers * kJobs);
}

TEST_P(QueueOutage, LosesNoJobAndEndsNoneTwiceWhenTheServerHangs) {
  constexpr int kProducers = 2, kJobs = 100;
  Run(kProducers, kJobs, 1, [this] {
    ASSERT_TRUE(AwaitEnded(20));
    server_->Pause();
    const auto lost = put_side_->Put({{}, "count", "{}", "while-paused", ""});
    server_->Continue();
    // It may have been done all the same; that is what the key is for.
    const auto id = Insist([this] {
      return put_side_->Put({{}, "count", "{}", "while-paused", ""});
    });
    ASSERT_TRUE(id.ok()) << id.error().message;
    EXPECT_FALSE(lost.ok());
    MutexLock lock(mutex_);
    put_.insert(*id);
  });
  ExpectAllDoneOnce(kProducers * kJobs + 1);
}

TEST_P(QueueOutage, IsReadyAgainWithoutBeingOpenedAnew) {
  EXPECT_TRUE(put_side_->Check(std::chrono::seconds(10)).ok());
  server_->Kill();
  const Status gone = put_side_->Check(std::chrono::seconds(10));
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code, ErrorCode::kClosed) << gone.error().message;
  EXPECT_EQ(put_side_->Put({{}, "count", "{}", "", ""}).error().code, ErrorCode::kClosed);
  server_->Start();
  const Status back = Insist([this] { return put_side_->Check(std::chrono::seconds(10)); });
  EXPECT_TRUE(back.ok()) << back.error().message;
  EXPECT_TRUE(put_side_->Put({{}, "count", "{}", "", ""}).ok());
}

TEST(RedisQueue, LeavesAConnectionWhoseServerHasBecomeAReplica) {
  QueueServer* const server = kServers->Redis();
  ASSERT_NE(server, nullptr);
  const SystemClock clock;
  const Result<RedisLocation> location = ParseRedisUrl(server->url());
  ASSERT_TRUE(location.ok());
  RedisConnections redis(*location, {}, clock);
  ASSERT_TRUE(redis.Connect(std::chrono::seconds(10)).ok());
  const auto opened = [&redis] {
    for (const BackingFigure& figure : redis.Figures()) {
      if (figure.name == "connections_opened") return figure.value;
    }
    return 0.0;
  };
  ASSERT_TRUE(redis.Run({"REPLICAOF", "127.0.0.1", "1"}).ok());
  const double before = opened();
  const Result<RedisValue> refused = redis.Run({"SET", "a", "1"});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("READONLY"));
  ASSERT_TRUE(redis.Run({"REPLICAOF", "NO", "ONE"}).ok());
  EXPECT_GT(opened(), before);
  EXPECT_TRUE(redis.Run({"SET", "a", "1"}).ok());
}

INSTANTIATE_TEST_SUITE_P(OnServers, QueueOutage, ::testing::ValuesIn(kStarters),
                         [](const auto& server) { return server.param.name; });

}  // namespace
}  // namespace twelve

// web, worker, clock and admin of the whole binary on real PostgreSQL and Redis.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/service/job_client.h"
#include "factors/service/service_process.h"
#include "tests/support/real_backing.h"

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class ProcessTypesOnServers : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(postgres_.ok()) << postgres_.why();
    ASSERT_TRUE(redis_.ok()) << redis_.why();
    environment_ = {{"DATABASE_URL", postgres_->url()},
                    {"CACHE_URL", redis_->url()},
                    {"QUEUE_URL", redis_->url()},
                    {"DB_POOL_MIN", "1"},
                    {"DRAIN_DELAY_MS", "1"}};
  }
  std::unique_ptr<ServiceProcess> Start(std::vector<std::string> arguments) {
    return std::make_unique<ServiceProcess>(
        directory_,
        ServiceProcess::Options{.arguments = std::move(arguments), .environment = environment_});
  }
  int Ready(std::uint16_t port, std::string& body) {
    const auto answer = RawClient(port).Get("/ready", "Connection: close\r\n");
    body = answer ? answer->body : "";
    return answer ? answer->status : 0;
  }

  RealBacking postgres_{BackingServer::kPostgres};
  RealBacking redis_{BackingServer::kRedis};
  ScratchDirectory directory_;
  std::map<std::string, std::string> environment_;
};

TEST_F(ProcessTypesOnServers, WebIsNotReadyUntilAdminHasMigrated) {
  const auto web = Start({"web"});
  const std::uint16_t port = web->WaitForPort();
  ASSERT_NE(port, 0) << web->Stderr();
  std::string body;
  EXPECT_EQ(Ready(port, body), 503);
  EXPECT_THAT(body, HasSubstr("admin migrate"));
  std::vector<std::unique_ptr<ServiceProcess>> migrations;
  for (int i = 0; i < 3; ++i) migrations.push_back(Start({"admin", "migrate"}));
  std::int64_t steps = 0;
  for (const auto& migration : migrations) {
    EXPECT_EQ(migration->WaitForExit(), 0) << migration->Stderr();
    steps += (*migration->WaitForEvent("migrated"))["steps"].get<std::int64_t>();
  }
  EXPECT_EQ(steps, 4);  // together: each step was done by one of them
  EXPECT_EQ(Ready(port, body), 200) << body;
}

TEST_F(ProcessTypesOnServers, MigratesDownAndUpAgain) {
  for (const auto& [words, steps] : std::vector<std::pair<std::vector<std::string>, int>>{
           {{"admin", "migrate"}, 4},
           {{"admin", "migrate"}, 0},
           {{"admin", "migrate", "down"}, 1},
           {{"admin", "migrate", "down", "--to", "0"}, 3},
           {{"admin", "migrate", "up"}, 4}}) {
    const auto admin = Start(words);
    EXPECT_EQ(admin->WaitForExit(), 0) << admin->Stderr();
    EXPECT_EQ((*admin->WaitForEvent("migrated"))["steps"], steps);
  }
}

TEST_F(ProcessTypesOnServers, SeedsAndCleansUp) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"admin", "migrate"},
                                                {"admin", "seed", "--count", "20"},
                                                {"admin", "seed", "--count", "20"},
                                                {"admin", "cleanup", "--older-than", "1d"}}) {
    const auto admin = Start(words);
    EXPECT_EQ(admin->WaitForExit(), 0) << admin->Stderr();
  }
}

TEST_F(ProcessTypesOnServers, JobsGoThroughRedisAndCountInPostgresOnce) {
  ASSERT_EQ(Start({"admin", "migrate"})->WaitForExit(), 0);
  environment_["JOB_VISIBILITY"] = "500ms";
  const auto web = Start({"web"});
  JobClient jobs(web->WaitForPort());
  constexpr int kJobs = 30;
  for (int i = 0; i < kJobs; ++i) {
    ASSERT_FALSE(
        jobs.Put("count", {{"key", "orders"}, {"ms", 20}}, "order-" + std::to_string(i)).empty());
  }
  for (int kills = 0; kills < 5; ++kills) {
    const auto worker = Start({"worker"});
    ASSERT_TRUE(worker->WaitForEvent("job_started").has_value()) << worker->Stdout();
    worker->Signal(SIGKILL);
    EXPECT_EQ(worker->WaitForExit(), 128 + SIGKILL);
  }
  const auto worker = Start({"worker"});
  EXPECT_TRUE(jobs.WaitForDone(kJobs, std::chrono::seconds(60))) << jobs.Depth();
  const std::string last = jobs.Put("count", {{"key", "orders"}}, "order-last");
  EXPECT_EQ(json::parse(jobs.WaitFor(last, "done")["result"].get<std::string>())["count"],
            kJobs + 1);
}

TEST_F(ProcessTypesOnServers, ClockAndWorkerMeetInTheQueue) {
  ASSERT_EQ(Start({"admin", "migrate"})->WaitForExit(), 0);
  environment_["CLOCK_INTERVAL"] = "200ms";
  const auto one = Start({"clock"}), other = Start({"clock"});
  const auto worker = Start({"worker"});
  EXPECT_TRUE(one->WaitForEvent("tick", 2).has_value());
  EXPECT_TRUE(other->WaitForEvent("tick", 2).has_value());
  EXPECT_TRUE(worker->WaitForEvent("job_done", 2).has_value());
}

}  // namespace
}  // namespace twelve

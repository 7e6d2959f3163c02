// The whole binary as web, worker and clock at once, on one embedded database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "factors/service/job_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class WorkerProcessTest : public ::testing::Test {
 protected:
  WorkerProcessTest() : web_(directory_, {}), jobs_(web_.WaitForPort()) {}

  std::unique_ptr<ServiceProcess> Start(const std::string& type,
                                        std::map<std::string, std::string> environment = {},
                                        std::vector<std::string> more = {}) {
    more.insert(more.begin(), type);
    return std::make_unique<ServiceProcess>(
        directory_, ServiceProcess::Options{.arguments = std::move(more),
                                            .environment = std::move(environment)});
  }

  ScratchDirectory directory_;
  ServiceProcess web_;
  JobClient jobs_;
};

/// The children that a process has right now.
std::vector<pid_t> ChildrenOf(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/task/";
  std::vector<pid_t> children;
  std::error_code ignored;
  for (const auto& task : std::filesystem::directory_iterator(path, ignored)) {
    std::ifstream in(task.path() / "children");
    for (pid_t child = 0; in >> child;) children.push_back(child);
  }
  return children;
}

bool IsGone(pid_t pid) {
  return ::kill(pid, 0) != 0;
}

TEST_F(WorkerProcessTest, JobsWaitForAWorkerAndAreDoneByIt) {
  const std::string hash = jobs_.Put("hash", {{"rounds", 1000}});
  const std::string wait = jobs_.Put("wait", {{"ms", 1}});
  const std::string count = jobs_.Put("count", {{"key", "visits"}}, "visit-1");
  const std::string fail = jobs_.Put("fail", json::object());
  ASSERT_FALSE(fail.empty());
  EXPECT_EQ(jobs_.Find(hash)["state"], "queued");
  const auto worker = Start("worker");
  EXPECT_THAT(jobs_.WaitFor(hash, "done")["result"].dump(), HasSubstr("hash"));
  EXPECT_EQ(jobs_.WaitFor(wait, "done")["state"], "done");
  EXPECT_EQ(json::parse(jobs_.WaitFor(count, "done")["result"].get<std::string>())["count"], 1);
  EXPECT_THAT(jobs_.WaitFor(fail, "failed")["result"].dump(), HasSubstr("asked to fail"));
  worker->Signal(SIGTERM);
  EXPECT_EQ(worker->WaitForExit(), 0) << worker->Stderr();
  const auto stopped = worker->WaitForEvent("stopped");
  ASSERT_TRUE(stopped.has_value());
  EXPECT_EQ((*stopped)["jobs_done"], 3);
  EXPECT_EQ((*stopped)["jobs_failed"], 1);
  EXPECT_THAT(worker->Stdout(), Not(HasSubstr("listening")));
  EXPECT_EQ(worker->Stderr(), "");
}

TEST_F(WorkerProcessTest, TheTraceOfTheRequestGoesOnInTheWorker) {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const auto answer = jobs_.Post("/api/v1/jobs", R"({"kind":"wait","payload":{"ms":1}})",
                                 "traceparent: 00-" + trace + "-b7ad6b7169203331-01\r\n");
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(answer->status, 202);
  const auto worker = Start("worker");
  ASSERT_TRUE(worker->WaitForEvent("job_done").has_value());
  std::istringstream lines(worker->Stdout());
  int told = 0;
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (event["event_type"] != "job_started" && event["event_type"] != "job_done") continue;
    EXPECT_EQ(event["trace_id"], trace) << line;
    ++told;
  }
  EXPECT_EQ(told, 2);
}

TEST_F(WorkerProcessTest, TheSameKeyIsTheSameJob) {
  const std::string first = jobs_.Put("count", {{"key", "orders"}}, "order-7");
  EXPECT_EQ(jobs_.Put("count", {{"key", "orders"}}, "order-7"), first);
  EXPECT_NE(jobs_.Put("count", {{"key", "orders"}}, "order-8"), first);
}

TEST_F(WorkerProcessTest, ReturnsWhatDoesNotFitIntoTheGrace) {
  const std::string id = jobs_.Put("wait", {{"ms", 600'000}});
  const auto worker = Start("worker", {{"GRACE_MS", "1000"}, {"JOB_VISIBILITY", "1h"}});
  ASSERT_TRUE(worker->WaitForEvent("job_started").has_value());
  worker->Signal(SIGTERM);
  EXPECT_EQ(worker->WaitForExit(), 0) << worker->Stderr();
  EXPECT_EQ(jobs_.Find(id)["state"], "queued");
  EXPECT_EQ((*worker->WaitForEvent("drained"))["work_cut"], 0);
  // Another one begins it at once, long before its visibility is over.
  const auto next = Start("worker");
  EXPECT_TRUE(next->WaitForEvent("job_started").has_value());
}

TEST_F(WorkerProcessTest, FinishesWhatFits) {
  const std::string id = jobs_.Put("wait", {{"ms", 800}});
  const auto worker = Start("worker", {{"GRACE_MS", "60000"}});
  ASSERT_TRUE(worker->WaitForEvent("job_started").has_value());
  worker->Signal(SIGTERM);
  EXPECT_EQ(worker->WaitForExit(), 0) << worker->Stderr();
  EXPECT_EQ(jobs_.Find(id)["state"], "done");
  EXPECT_EQ(jobs_.Find(id)["deliveries"], 1);
}

TEST_F(WorkerProcessTest, ASecondSignalEndsItAtOnce) {
  jobs_.Put("wait", {{"ms", 600'000}});
  const auto worker = Start("worker", {{"GRACE_MS", "600000"}});
  ASSERT_TRUE(worker->WaitForEvent("job_started").has_value());
  worker->Signal(SIGTERM);
  ASSERT_TRUE(worker->WaitForEvent("stopped_accepting").has_value());
  worker->Signal(SIGTERM);
  EXPECT_EQ(worker->WaitForExit(), 128 + SIGTERM);
}

TEST_F(WorkerProcessTest, ComputesInProcessesThatEndWithIt) {
  const auto worker = Start("worker");
  const auto working = worker->WaitForEvent("working");
  ASSERT_TRUE(working.has_value());
  const std::vector<pid_t> children = ChildrenOf(worker->pid());
  EXPECT_EQ(static_cast<std::int64_t>(children.size()), (*working)["pool_processes"]);
  // In the middle of its task each of them.
  for (std::size_t i = 0; i < children.size(); ++i) {
    jobs_.Put("hash", {{"rounds", 10'000'000'000}});
  }
  ASSERT_TRUE(worker->WaitForEvent("job_started").has_value());
  worker->Signal(SIGKILL);
  EXPECT_EQ(worker->WaitForExit(), 128 + SIGKILL);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (const pid_t child : children) {
    // It has come to this test, which is a subreaper.
    while (::waitpid(child, nullptr, WNOHANG) == 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_TRUE(IsGone(child)) << child;
  }
}

TEST_F(WorkerProcessTest, KilledAgainAndAgainEveryJobIsDoneAndCountsOnce) {
  constexpr int kJobs = 60, kKills = 50;
  for (int i = 0; i < kJobs; ++i) {
    ASSERT_FALSE(
        jobs_.Put("count", {{"key", "kills"}, {"ms", 20}}, "kill-" + std::to_string(i)).empty());
  }
  std::minstd_rand random(7);
  for (int i = 0; i < kKills; ++i) {
    const auto worker = Start("worker", {{"JOB_VISIBILITY", "500ms"}});
    ASSERT_TRUE(worker->WaitForEvent("working").has_value());
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
    worker->Signal(SIGKILL);
    ASSERT_EQ(worker->WaitForExit(), 128 + SIGKILL);
  }
  const auto worker = Start("worker", {{"JOB_VISIBILITY", "30s"}});
  EXPECT_TRUE(jobs_.WaitForDone(kJobs, std::chrono::seconds(60))) << jobs_.Depth();
  const std::string last = jobs_.Put("count", {{"key", "kills"}}, "kill-last");
  const json result = json::parse(jobs_.WaitFor(last, "done")["result"].get<std::string>());
  EXPECT_EQ(result["count"], kJobs + 1);
}

TEST_F(WorkerProcessTest, TwoClocksMakeOneJobOfATick) {
  const std::map<std::string, std::string> every = {{"CLOCK_INTERVAL", "300ms"}};
  const auto one = Start("clock", every), other = Start("clock", every);
  for (ServiceProcess* clock : {one.get(), other.get()}) {
    ASSERT_TRUE(clock->WaitForEvent("tick", 3).has_value());
  }
  for (ServiceProcess* clock : {one.get(), other.get()}) {
    clock->Signal(SIGTERM);
    EXPECT_EQ(clock->WaitForExit(), 0) << clock->Stderr();
  }
  const std::int64_t ticks = (*one->WaitForEvent("stopped"))["ticks"].get<std::int64_t>() +
                             (*other->WaitForEvent("stopped"))["ticks"].get<std::int64_t>();
  std::set<std::string> keys;
  for (const ServiceProcess* clock : {one.get(), other.get()}) {
    std::istringstream lines(const_cast<ServiceProcess*>(clock)->Stdout());
    for (std::string line; std::getline(lines, line);) {
      const json event = json::parse(line);
      if (event["event_type"] == "tick") keys.insert(event["data"]["idempotency_key"]);
    }
  }
  EXPECT_EQ(jobs_.Depth()["queued"], keys.size());
  EXPECT_LT(static_cast<std::int64_t>(keys.size()), ticks);
}

}  // namespace
}  // namespace twelve

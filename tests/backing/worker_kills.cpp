#include "tests/backing/worker_kills.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <random>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr int kJobsForEachKill = 60;
constexpr int kJobMs = 100;  // long enough that a kill hits jobs in the middle
constexpr int kLongestGapMs = 800;

class Story {
 public:
  Story(Layout layout, int kills) : deploy_(layout), kills_(kills) {}

  void Begin() {
    // Four jobs at once in each worker; what a killed one had is given away after two seconds.
    const Status begun = deploy_.Begin({{"JOB_VISIBILITY", "2s"}, {"WORKER_CONCURRENCY", "4"}});
    ASSERT_TRUE(begun.ok()) << begun.error().message;
    web_ = deploy_.LaunchWeb();
    ASSERT_NE(web_, nullptr);
    for (auto& worker : workers_) {
      worker = deploy_.LaunchWorker();
      ASSERT_NE(worker, nullptr);
    }
  }

  void PutJobs() {
    for (int i = 0; i < kills_ * kJobsForEachKill; ++i) {
      const HttpAnswer answer =
          deploy_.Send(web_->Snapshot().port, "POST", "/api/v1/jobs",
                       fmt::format(R"({{"kind":"count","payload":{{"key":"proof","ms":{}}},)"
                                   R"("idempotency_key":"job-{}"}})",
                                   kJobMs, i));
      ASSERT_EQ(answer.status, 202) << answer.body << answer.problem;
      ids_.push_back(json::parse(answer.body, nullptr, false).value("job_id", ""));
    }
  }

  void Kill() {
    std::mt19937 random(20'241'123);
    for (int i = 0; i < kills_; ++i) {
      const int gap = std::uniform_int_distribution<int>(0, kLongestGapMs)(random);
      deploy_.rig().WaitUntil([] { return false; },  // the random moment itself
                              Deadline::After(deploy_.rig().clock(), milliseconds(gap)));
      Instance& worker = *workers_[std::uniform_int_distribution<std::size_t>(0, 1)(random)];
      ASSERT_TRUE(
          deploy_.rig().WaitUntil([&] { return worker.Snapshot().alive(); }, deploy_.Soon()))
          << worker.Snapshot().reason;
      const pid_t killed = worker.Snapshot().pid;
      ASSERT_TRUE(worker.Signal(SignalTarget::kLeader, SIGKILL, "proof").ok());
      ASSERT_TRUE(deploy_.rig().WaitUntil(
          [&] {
            const ProcessStatus status = worker.Snapshot();
            return status.pid != killed && status.alive();
          },
          deploy_.Soon()))
          << "not started again: " << worker.Snapshot().reason;
    }
  }

  void ExpectAllDoneOnce() {
    const auto jobs = static_cast<int>(ids_.size());
    json depth;
    const Deadline deadline = Deadline::After(
        deploy_.rig().clock(), std::chrono::seconds(60) + milliseconds(kJobMs) * jobs);
    EXPECT_TRUE(deploy_.rig().WaitUntil(
        [&] {
          depth = json::parse(Read("/api/v1/jobs"), nullptr, false);
          return depth.is_object() && depth.value("done", 0) + depth.value("failed", 0) >= jobs;
        },
        deadline))
        << depth.dump();
    EXPECT_EQ(depth.dump(),
              json({{"queued", 0}, {"running", 0}, {"done", jobs}, {"failed", 0}}).dump());
    EXPECT_EQ(deploy_.Sql("SELECT count(*) FROM job_effects WHERE counter = 'proof'"),
              std::to_string(jobs));
    int deliveries = 0;
    for (const std::string& id : ids_) {
      const json status = json::parse(Read("/api/v1/jobs/" + id), nullptr, false);
      ASSERT_TRUE(status.is_object()) << id;
      EXPECT_EQ(status.value("state", ""), "done") << id;
      deliveries += status.value("deliveries", 0);
    }
    EXPECT_GT(deliveries, jobs) << "no kill hit a worker at work: this has proved nothing";
  }

 private:
  std::string Read(const std::string& path) {
    return Get(deploy_.rig(), web_->Snapshot().port, path, deploy_.Soon()).body;
  }

  ServiceDeploy deploy_;
  const int kills_;
  std::unique_ptr<Instance> web_;
  std::array<std::unique_ptr<Instance>, 2> workers_;
  std::vector<std::string> ids_;
};

}  // namespace

void KillWorkersAtRandom(Layout layout, int kills) {
  Story story(layout, kills);
  ASSERT_NO_FATAL_FAILURE(story.Begin());
  ASSERT_NO_FATAL_FAILURE(story.PutJobs());
  ASSERT_NO_FATAL_FAILURE(story.Kill());
  story.ExpectAllDoneOnce();
}

}  // namespace twelve

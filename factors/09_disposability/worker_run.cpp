#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include <nlohmann/json.hpp>

#include "factors/09_disposability/step_runs.h"

namespace twelve::disposability {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kJobs = 3;
// Long enough to be met in the middle, shorter than the visibility.
constexpr int kJobMs = 800;
constexpr const char* kVisibility = "1500ms";
constexpr Duration kPatience = seconds(20);

/// Jobs through the web process, and workers of their own that lose them.
class WorkerRun {
 public:
  explicit WorkerRun(Lab& lab) : lab_(lab), port_(Web(lab).Targets().front().port) {}

  StepResult Run() {
    const TimePoint from = lab_.Now();
    Phases();
    WorkerFacts facts = facts_;
    StepResult result = JudgeWorker(facts);
    result.from = from;
    result.to = lab_.Now();
    return result;
  }

 private:
  void Phases() {
    if (!LoseOne(SIGTERM) || !LoseOne(SIGKILL)) return;
    std::unique_ptr<Instance> frozen = StartWorker();
    if (!frozen || !PutAndAwaitStart(*frozen)) return;
    lab_.Note("", "SIGSTOP worker", "SIGSTOP to a worker in the middle of a job");
    (void)frozen->Signal(SignalTarget::kTree, SIGSTOP, "SIGSTOP sent");
    const std::unique_ptr<Instance> other = StartWorker();
    if (!other) return;
    AwaitAllDone();
    lab_.Note("", "SIGCONT worker", "SIGCONT: it goes on with a job that another one has done");
    (void)frozen->Signal(SignalTarget::kTree, SIGCONT, "SIGCONT sent");
    lab_.Watch(milliseconds(1500), "watching whether anything is done twice");
    for (const std::string& id : ids_) facts_.done += StateOf(id) == "done";
    Count();
  }

  /// A worker takes a job, is signalled in its middle, and is gone.
  bool LoseOne(int signal) {
    const std::unique_ptr<Instance> worker = StartWorker();
    if (!worker || !PutAndAwaitStart(*worker)) return false;
    const std::string label = SignalName(signal) + " worker";
    lab_.Note("", label, SignalName(signal) + " to a worker in the middle of a job");
    (void)worker->Signal(SignalTarget::kLeader, signal, label);
    return lab_.Wait([&] { return worker->Snapshot().over(); }, kPatience,
                     "waiting for the worker to end") ||
           Trouble("the worker did not end after " + SignalName(signal));
  }

  std::unique_ptr<Instance> StartWorker() {
    const std::string name = fmt::format("worker.{}", ++workers_);
    Result<std::string> directory = lab_.rig.MakeDirectory(name);
    if (!directory) {
      Trouble(directory.error().message);
      return nullptr;
    }
    ProcessSpec process;
    process.name = name;
    process.type = "worker";
    process.command.argv = lab_.ServiceCommand("worker");
    process.command.line = ShellQuote(process.command.argv);
    process.environment = Web(lab_).spec().environment;
    process.environment["JOB_VISIBILITY"] = kVisibility;
    process.environment["GRACE_MS"] = "300";
    process.directory = *directory;
    process.grace = lab_.grace;
    Result<std::unique_ptr<Instance>> launched = lab_.rig.Launch(std::move(process));
    if (!launched) {
      Trouble(launched.error().message);
      return nullptr;
    }
    return std::move(launched).value();
  }

  json Request(const std::string& method, const std::string& path, const json& body) {
    const HttpAnswer answer = Ask(lab_.rig, port_,
                                  {.method = method,
                                   .path = path,
                                   .body = body.is_null() ? "" : body.dump(),
                                   .headers = {"Content-Type: application/json"}},
                                  Deadline::After(lab_.rig.clock(), seconds(5)));
    return json::parse(answer.body, nullptr, false);
  }

  std::string Put(int number) {
    const json made = Request("POST", "/api/v1/jobs",
                              {{"kind", "count"},
                               {"payload", {{"key", key_}, {"ms", kJobMs}}},
                               {"idempotency_key", fmt::format("{}-{}", key_, number)}});
    return made.is_object() && made.contains("job_id") ? made["job_id"].get<std::string>() : "";
  }

  bool PutAndAwaitStart(const Instance& worker) {
    ids_.push_back(Put(static_cast<int>(ids_.size())));
    if (ids_.back().empty()) return Trouble("web.1 took no job");
    const std::string id = fmt::format(R"("job_id":"{}")", ids_.back());
    const auto started = [&] {
      for (const LogLine& line : worker.Logs(200)) {
        if (line.text.find("job_started") != std::string::npos &&
            line.text.find(id) != std::string::npos) {
          return true;
        }
      }
      return false;
    };
    return lab_.Wait(started, kPatience, "waiting until a worker has taken the job") ||
           Trouble("no worker took the job");
  }

  std::string StateOf(const std::string& id) {
    const json job = Request("GET", "/api/v1/jobs/" + id, nullptr);
    return job.is_object() && job.contains("state") ? job["state"].get<std::string>() : "";
  }

  void AwaitAllDone() {
    const TimePoint until = lab_.Now() + kPatience;
    const auto done = [this](const std::string& id) { return StateOf(id) == "done"; };
    while (!std::all_of(ids_.begin(), ids_.end(), done)) {
      if (lab_.Now() >= until || lab_.rig.cancelled()) return;
      lab_.Watch(milliseconds(150), "waiting until every job is done");
    }
  }

  /// One more job under the same key says how many effects there are.
  void Count() {
    const std::string last = Put(kJobs);
    for (int round = 0; round < 40 && !lab_.rig.cancelled(); ++round) {
      const json job = Request("GET", "/api/v1/jobs/" + last, nullptr);
      if (job.is_object() && job.value("state", "") == "done" && job.contains("result")) {
        const json& raw = job["result"];
        const json result =
            raw.is_string() ? json::parse(raw.get<std::string>(), nullptr, false) : raw;
        if (result.is_object() && result.contains("count")) {
          facts_.effects = result["count"].get<int>() - 1;
        }
        return;
      }
      lab_.Watch(milliseconds(150), "counting what was done");
    }
    Trouble("the last job was never done");
  }

  bool Trouble(const std::string& what) {
    if (facts_.trouble.empty()) facts_.trouble = what;
    return false;
  }

  Lab& lab_;
  const std::uint16_t port_;
  const std::string key_ = fmt::format("lesson-{}", lab_.Now().time_since_epoch().count());
  int workers_ = 0;
  std::vector<std::string> ids_;
  WorkerFacts facts_{.jobs = kJobs};
};

}  // namespace

StepResult RunWorkerStep(Lab& lab) {
  return WorkerRun(lab).Run();
}

}  // namespace twelve::disposability

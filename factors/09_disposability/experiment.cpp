#include "factors/09_disposability/experiment.h"

#include <chrono>
#include <csignal>

#include "factors/09_disposability/step_runs.h"
#include "factors/09_disposability/steps.h"
#include "factors/09_disposability/violations.h"
#include "factors/lab/lab_experiment.h"

namespace twelve {
namespace disposability {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kProcesses = 3;
constexpr double kRate = 60;  // requests per second over all processes
// Each request keeps its process busy for 200 ms: at 60 a second some are always in flight.
constexpr const char* kPath = "/delay/200";
constexpr Duration kReadyTimeout = seconds(30);

std::unique_ptr<StepRun> MakeRun(std::string_view id) {
  if (id == "term-one") return MakeTermRun("web.2");
  if (id == "kill-one") return MakeKillRun("web.1");
  if (id == "pause-one") return MakePauseRun("web.3");
  if (id == "scale") return MakeScaleRun();
  if (id == "start-time") return MakeStartRun();
  return MakeWrapperRun();
}

class DisposabilityExperiment final : public LabExperiment {
 public:
  explicit DisposabilityExperiment(ProgramPaths programs)
      : LabExperiment(9, kDisposabilityViolations, std::move(programs)) {}

 private:
  Status SetUp(Lab& lab) override {
    Result<std::string> data = lab.rig.MakeDirectory("data");
    if (!data) return data.error();
    DeploySpec web;
    web.argv = {lab.programs.service, "web"};
    web.environment = {{"HOST", "127.0.0.1"},     {"DATABASE_URL", "sqlite://" + *data + "/app.db"},
                       {"DRAIN_DELAY_MS", "500"}, {"LOG_LEVEL", "INFO"},
                       {"RELEASE_ID", "v1"},      {"TMPDIR", *data}};
    web.count = kProcesses;
    web.ready_timeout = kReadyTimeout;
    Result<Deploy*> deploy = lab.AddDeploy(std::move(web));
    if (!deploy) return deploy.error();
    LoadPlan plan;
    plan.rate_per_second = kRate;
    plan.path = kPath;
    return lab.StartLoad(std::move(plan), "web");
  }

  std::span<const LabStep> Steps() const override { return disposability::Steps(); }
  StepResult RunStep(Lab& lab, std::string_view id) override {
    if (id == "worker") return RunWorkerStep(lab);
    if (id == "term-at-boot") return RunBootStep(lab);
    if (id == "ctrl-c") return RunInterruptStep(lab);
    return RunToEnd(lab, MakeRun(id));
  }

  std::optional<StepResult> OnSignal(Lab& lab, const std::string& process, int signal) override {
    if (signal == SIGTERM) return RunToEnd(lab, MakeTermRun(process));
    if (signal == SIGKILL) return RunToEnd(lab, MakeKillRun(process));
    return std::nullopt;
  }
};

}  // namespace

StepResult RunToEnd(Lab& lab, std::unique_ptr<StepRun> run) {
  // Every run ends by itself: each of its waits has a limit.
  while (!run->Advance(lab) && !lab.rig.cancelled()) {
    lab.Watch(milliseconds(20), run->Waiting(lab));
  }
  return run->result();
}

}  // namespace disposability

std::unique_ptr<Experiment> MakeDisposabilityExperiment(const ProgramPaths& programs) {
  return std::make_unique<disposability::DisposabilityExperiment>(programs);
}

}  // namespace twelve

#include "factors/06_processes/experiment.h"

#include <chrono>

#include "factors/06_processes/judge.h"
#include "factors/06_processes/step_runs.h"
#include "factors/06_processes/steps.h"
#include "factors/06_processes/violations.h"
#include "factors/06_processes/visitor.h"
#include "factors/lab/lab_experiment.h"
#include "harness/backing/backing_instance.h"

namespace twelve {
namespace processes {
namespace {

using std::chrono::seconds;

constexpr int kProcesses = 3;
constexpr Duration kReadyTimeout = seconds(30);

class ProcessesExperiment final : public LabExperiment {
 public:
  explicit ProcessesExperiment(ProgramPaths programs)
      : LabExperiment(6, kProcessesViolations, std::move(programs)) {}

 private:
  Status SetUp(Lab& lab) override {
    ada_ = std::make_unique<Visitor>(lab.rig);
    Result<std::string> data = lab.rig.MakeDirectory("data");
    if (!data) return data.error();
    DeploySpec web;
    web.argv = {lab.programs.service, "web"};
    web.environment = {{"HOST", "127.0.0.1"},     {"DATABASE_URL", "sqlite://" + *data + "/app.db"},
                       {"DRAIN_DELAY_MS", "200"}, {"LOG_LEVEL", "INFO"},
                       {"RELEASE_ID", "v1"},      {"TMPDIR", *data}};
    StartSessionStore(lab, web.environment);
    web.count = kProcesses;
    web.ready_timeout = kReadyTimeout;
    Result<Deploy*> deploy = lab.AddDeploy(std::move(web));
    return deploy ? Status() : Status(deploy.error());
  }

  /// A private Redis for sessions; without one they are kept in the database.
  void StartSessionStore(Lab& lab, Environment& environment) {
    redis_.reset();
    BackingOptions options;
    options.start_limit = kReadyTimeout;
    Result<std::unique_ptr<BackingInstance>> redis =
        LaunchBacking(lab.rig, BackingServer::kRedis, options);
    if (redis) {
      redis_ = std::move(redis).value();
      environment["CACHE_URL"] = redis_->url();
      return;
    }
    lab.Note("", "", "Sessions are kept in SQLite: " + redis.error().message);
  }

  std::string Describe(const Lab& lab) const override {
    return LabExperiment::Describe(lab) +
           (redis_ ? ", sessions in a private Redis, items and files beside SQLite"
                   : ", sessions, items and files beside SQLite");
  }

  std::span<const LabStep> Steps() const override { return processes::Steps(); }

  StepResult RunStep(Lab& lab, std::string_view id) override {
    if (id == "kill-hers") return JudgeKill(KillHers(lab, *ada_));
    if (id == "pin") return JudgePinned(Pin(lab, *ada_));
    if (id == "replace") return JudgeRestart(ReplaceAll(lab, *ada_));
    if (id == "read-elsewhere") return JudgeReaders(ReadElsewhere(lab, *ada_));
    if (id == "saved") return JudgeSaved(SaveAndKill(lab, *ada_));
    return JudgeUpload(Upload(lab, *ada_));
  }

  void AddPanels(const Lab& lab, Scene& scene) const override {
    scene.panels.emplace_back(ada_->DrawClient());
    if (const Deploy* web = lab.FindDeploy("web")) {
      scene.panels.emplace_back(ada_->DrawKnowledge(web->Names()));
    }
  }

  void AddControls(const Lab& lab, std::vector<ControlView>& controls) const override {
    const Deploy* const web = lab.FindDeploy("web");
    if (web == nullptr) return;
    for (const std::string& name : web->Names()) {
      const auto button = [&](const char* action, const char* label, const char* help) {
        ControlView control;
        control.id = action;
        control.target = name;
        control.label = label;
        control.help = help;
        controls.push_back(std::move(control));
      };
      button("ada.signin", "Ada signs in", "A new session at this process, two items in the cart.");
      button("ada.cart", "Ada looks", "She asks this process for her cart.");
    }
  }

  Status Act(Lab& lab, const Action& action) override {
    if (action.name != "ada.signin" && action.name != "ada.cart") {
      return LabExperiment::Act(lab, action);
    }
    const Deploy* const web = lab.FindDeploy("web");
    Place place = web == nullptr ? Place() : PlaceOf(*web, action.target);
    if (place.port == 0) return InvalidError("There is no process " + action.target + ".");
    if (action.name == "ada.signin") {
      (void)ada_->SignIn(place);
      return {};
    }
    if (!ada_->signed_in()) return InvalidError("Ada has no session yet: let her sign in first.");
    (void)ada_->SeeCart(place);
    return {};
  }

  Status Rerelease(Lab& lab, const std::string& because) override {
    ada_->ForgetSights();
    return lab.Rerelease(because);
  }

  Status Reset(Lab& lab) override {
    ada_->Forget();
    return LabExperiment::Reset(lab);
  }

  std::unique_ptr<BackingInstance> redis_;  // null: sessions are kept in the database
  std::unique_ptr<Visitor> ada_;
};

}  // namespace
}  // namespace processes

std::unique_ptr<Experiment> MakeProcessesExperiment(const ProgramPaths& programs) {
  return std::make_unique<processes::ProcessesExperiment>(programs);
}

}  // namespace twelve

#include "factors/04_backing_services/experiment.h"

#include <chrono>

#include "factors/04_backing_services/judge.h"
#include "factors/04_backing_services/plugboard.h"
#include "factors/04_backing_services/prober.h"
#include "factors/04_backing_services/step_runs.h"
#include "factors/04_backing_services/steps.h"
#include "factors/04_backing_services/violations.h"
#include "factors/lab/lab_experiment.h"

namespace twelve {
namespace backing_services {
namespace {

using std::chrono::seconds;

constexpr Duration kLookAtWires = seconds(2);

class BackingServicesExperiment final : public LabExperiment {
 public:
  explicit BackingServicesExperiment(ProgramPaths programs)
      : LabExperiment(4, kBackingServicesViolations, std::move(programs)) {}

 private:
  Status SetUp(Lab& lab) override {
    prober_ = std::make_unique<Prober>(lab);
    plugs_ = std::make_unique<Plugboard>();
    if (Status started = plugs_->Start(lab); !started) return started;
    Result<std::string> files = lab.rig.MakeDirectory("files");
    if (!files) return files.error();
    DeploySpec web;
    web.argv = {lab.programs.service, "web"};
    web.environment = {{"HOST", "127.0.0.1"},
                       {"DATABASE_URL", UrlOf("database", 0)},
                       {"CACHE_URL", UrlOf("cache", 0)},
                       {"STORAGE_URL", "file://" + *files},
                       {"DB_POOL_MIN", "2"},
                       {"DB_POOL_MAX", "4"},
                       {"BACKING_TIMEOUT", "1s"},
                       {"DRAIN_DELAY_MS", "200"},
                       {"LOG_LEVEL", "INFO"},
                       {"RELEASE_ID", "v1"},
                       {"TMPDIR", *files}};
    // Readiness depends on the database, which is taken away here: alive is enough to be asked.
    web.ready_path = "/health";
    web.ready_timeout = seconds(30);
    Result<Deploy*> deploy = lab.AddDeploy(std::move(web));
    return deploy ? Status() : Status(deploy.error());
  }

  std::string UrlOf(const std::string& resource, std::size_t index) const {
    return plugs_->Url(resource, plugs_->Choices(resource)[index]);
  }

  std::string Describe(const Lab& lab) const override {
    return LabExperiment::Describe(lab) + ", plugged into " + plugs_->Choices("database")[0] +
           " and " + plugs_->Choices("cache")[0];
  }

  std::span<const LabStep> Steps() const override { return backing_services::Steps(); }

  StepResult RunStep(Lab& lab, std::string_view id) override {
    const Bench bench{lab, *plugs_, *prober_,
                      [this, &lab](const std::string& database, const std::string& cache) {
                        return PlugBoth(lab, database, cache);
                      }};
    if (id == "swap") return JudgeSwap(Swap(bench));
    if (id == "absent") return JudgeAbsent(StartWithout(bench));
    if (id == "black-hole") return JudgeSilence(Silence(bench));
    if (id == "failover") return JudgeFailover(Failover(bench));
    return JudgeEgress(ListenAtStart(bench));
  }

  Status PlugBoth(Lab& lab, const std::string& database, const std::string& cache) {
    Deploy* const web = lab.FindDeploy("web");
    Environment environment = web->spec().environment;
    environment["DATABASE_URL"] = plugs_->Url("database", database);
    environment["CACHE_URL"] = plugs_->Url("cache", cache);
    web->SetEnvironment(std::move(environment));
    return lab.Rerelease("web plugged into " + database + " and " + cache);
  }

  Status Act(Lab& lab, const Action& action) override {
    if (action.name != "plug") return LabExperiment::Act(lab, action);
    const std::string url = plugs_->Url(action.target, action.value);
    if (url.empty()) {
      return InvalidError("There is no \"" + action.value + "\" to plug the " + action.target +
                          " into.");
    }
    Deploy* const web = lab.FindDeploy("web");
    Environment environment = web->spec().environment;
    environment[action.target == "cache" ? "CACHE_URL" : "DATABASE_URL"] = url;
    web->SetEnvironment(std::move(environment));
    if (Status done = lab.Rerelease(action.target + " plugged into " + action.value); !done) {
      return done;
    }
    if (AwaitAlive(lab).empty()) prober_->LookAtWires(kLookAtWires);
    return {};
  }

  void AddPanels(const Lab&, Scene& scene) const override {
    Wires wires;
    wires.title = "Backing services of web.1";
    for (Wires::Wire wire : prober_->wires()) {
      wire.plugs = plugs_->Choices(wire.resource);
      wires.wires.push_back(std::move(wire));
    }
    scene.panels.emplace_back(std::move(wires));
    scene.panels.emplace_back(prober_->DrawNotes());
  }

  Status Reset(Lab& lab) override {
    prober_->Forget();
    if (plugs_->has_postgres()) plugs_->path().Clear();
    return LabExperiment::Reset(lab);
  }

  std::unique_ptr<Plugboard> plugs_;
  std::unique_ptr<Prober> prober_;
};

}  // namespace
}  // namespace backing_services

std::unique_ptr<Experiment> MakeBackingServicesExperiment(const ProgramPaths& programs) {
  return std::make_unique<backing_services::BackingServicesExperiment>(programs);
}

}  // namespace twelve

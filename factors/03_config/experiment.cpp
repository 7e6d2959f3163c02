#include "factors/03_config/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "factors/03_config/exposure.h"
#include "factors/03_config/pictures.h"
#include "factors/03_config/probe.h"
#include "factors/03_config/steps.h"
#include "factors/03_config/violations.h"
#include "factors/03_config/wire.h"
#include "factors/lab/lab_experiment.h"

namespace twelve {
namespace config {
namespace {

using std::chrono::seconds;

constexpr const char* kStaging = "staging";
constexpr const char* kProduction = "production";
constexpr Duration kEndsWithin = seconds(30);

std::vector<HttpAsk> PlacesToAsk(const std::string& key) {
  const std::vector<std::string> headers = {"Authorization: Bearer " + key,
                                            "Content-Type: application/json"};
  return {{"GET", "/", "", {}},
          {"GET", "/config", "", {}},
          {"GET", "/debug/vars", "", {}},
          {"GET", "/.env", "", {}},
          {"GET", "/version", "", {}},
          {"GET", "/ready", "", {}},
          {"GET", "/metrics", "", {}},
          {"GET", "/no-such-page", "", {}},
          {"GET", "/api/v1/items", "", {}},
          {"GET", "/api/v1/items", "", headers},
          {"POST", "/api/v1/items", "{not JSON", headers}};
}

class ConfigExperiment final : public LabExperiment {
 public:
  explicit ConfigExperiment(ProgramPaths programs)
      : LabExperiment(3, kConfigViolations, std::move(programs)) {}

 private:
  Status SetUp(Lab& lab) override {
    notes_ = {};
    if (Status staging = AddEnvironment(lab, kStaging, "DEBUG", "eu-central-1"); !staging) {
      return staging;
    }
    return AddEnvironment(lab, kProduction, "INFO", "eu-west-1");
  }

  Status AddEnvironment(Lab& lab, const char* name, const char* level, const char* region) {
    Result<std::string> data = lab.rig.MakeDirectory(name);
    if (!data) return data.error();
    DeploySpec deploy;
    deploy.type = name;
    deploy.argv = {lab.programs.service, "web", "--require", "API_KEY"};
    deploy.environment = {
        {"HOST", "127.0.0.1"},         {"DATABASE_URL", "sqlite://" + *data + "/app.db"},
        {"API_KEY", MakeCanary(name)}, {"APP_ENV", name},
        {"APP_REGION", region},        {"LOG_LEVEL", level},
        {"SERVICE_NAME", "shop"},      {"DRAIN_DELAY_MS", "0"},
        {"RELEASE_ID", "v1"},          {"TMPDIR", *data}};
    deploy.ready_timeout = seconds(30);
    Result<Deploy*> added = lab.AddDeploy(std::move(deploy));
    return added ? Status() : Status(added.error());
  }

  std::span<const LabStep> Steps() const override { return config::Steps(); }

  StepResult RunStep(Lab& lab, std::string_view id) override {
    if (id == "two-deploys") return TwoDeploys(lab);
    if (id == "release") return Release(lab);
    if (id == "files") return Files(lab);
    if (id == "missing") return Missing(lab);
    if (id == "canary") return Canary(lab);
    return CutWire(lab);
  }

  void AddPanels(const Lab& lab, Scene& scene) const override {
    scene.panels.emplace_back(DrawSecretMap(notes_));
    scene.panels.emplace_back(DrawEnvironments(lab, notes_));
    if (!wire_.lines().empty()) {
      scene.panels.emplace_back(DrawOutage(wire_.lines(), wire_.password()));
    }
    if (!notes_.complaint.empty()) scene.panels.emplace_back(DrawComplaint(notes_));
  }

  /// REQUIRES: a deploy of this type, whose first process exists.
  static DeployFacts MeasureDeploy(Lab& lab, const char* type) {
    const Deploy* deploy = lab.FindDeploy(type);
    const Instance* first = lab.Find(std::string(type) + ".1");
    if (deploy == nullptr || first == nullptr) {
      DeployFacts missing;
      missing.trouble = fmt::format("There is no process {}.1.", type);
      return missing;
    }
    Environment given = deploy->spec().environment;
    given["PORT"] = std::to_string(first->Snapshot().port);
    return config::Measure(lab, *first, given);
  }

  StepResult TwoDeploys(Lab& lab) {
    const DeployFacts staging = MeasureDeploy(lab, kStaging);
    const DeployFacts production = MeasureDeploy(lab, kProduction);
    notes_.fingerprints = {{kStaging, staging.fingerprint}, {kProduction, production.fingerprint}};
    int differing = 0;
    const Environment& other = lab.FindDeploy(kProduction)->spec().environment;
    for (const auto& [name, value] : lab.FindDeploy(kStaging)->spec().environment) {
      const auto found = other.find(name);
      if (found == other.end() || found->second != value) ++differing;
    }
    return JudgeTwoDeploys(staging, production, differing);
  }

  StepResult Release(Lab& lab) {
    Deploy* const deploy = lab.FindDeploy(kStaging);
    ReleaseFacts facts;
    facts.variable = "LOG_LEVEL";
    facts.before = MeasureDeploy(lab, kStaging);
    const DeployFacts other_before = MeasureDeploy(lab, kProduction);
    const pid_t other_pid = PidOf(lab, kProduction);
    DeploySpec spec = deploy->spec();
    facts.old_value = spec.environment["LOG_LEVEL"];
    facts.new_value = facts.old_value == "DEBUG" ? "WARNING" : "DEBUG";
    spec.environment["LOG_LEVEL"] = facts.new_value;
    facts.seen_before = InForce(lab, kStaging, facts.variable);
    spec.environment["RELEASE_ID"] = fmt::format("v{}", ++lab.release);
    if (Status replaced = deploy->Replace(std::move(spec)); !replaced) {
      facts.before.trouble = replaced.error().message;
      return JudgeRelease(facts);
    }
    lab.Note("staging.1", fmt::format("v{}", lab.release),
             fmt::format("release v{} of staging: LOG_LEVEL changed", lab.release));
    (void)lab.Wait([&] { return deploy->AllReady() || deploy->AnyOver(); }, kEndsWithin,
                   "waiting for the new release");
    facts.seen_after = InForce(lab, kStaging, facts.variable);
    facts.after = MeasureDeploy(lab, kStaging);
    const DeployFacts other_after = MeasureDeploy(lab, kProduction);
    facts.other_untouched = PidOf(lab, kProduction) == other_pid &&
                            other_before.release == other_after.release &&
                            other_before.wrong == other_after.wrong;
    return JudgeRelease(facts);
  }

  static pid_t PidOf(const Lab& lab, const char* type) {
    const Instance* first = lab.Find(std::string(type) + ".1");
    return first == nullptr ? 0 : first->Snapshot().pid;
  }

  static std::string InForce(Lab& lab, const char* type, const std::string& name) {
    const Instance* first = lab.Find(std::string(type) + ".1");
    if (first == nullptr) return {};
    return ValueInForce(BodyOf(lab, first->Snapshot().port, "/config"), name);
  }

  StepResult Files(Lab& lab) {
    const std::vector<std::pair<std::string, std::string>> files = {
        {"config.yml", "SERVICE_NAME: from-config-yml\n"},
        {".env", "SERVICE_NAME=from-dotenv\n"},
        {"config.development.json", R"({"APP_REGION": "from-config-development-json"})"}};
    DeployFacts facts;
    Result<Probe> probe = LaunchProbe(lab, "files.1",
                                      {{"API_KEY", MakeCanary("files")},
                                       {"APP_ENV", "development"},
                                       {"SERVICE_NAME", "shop"},
                                       {"DRAIN_DELAY_MS", "0"}},
                                      files);
    if (!probe) {
      facts.trouble = probe.error().message;
    } else if (!AwaitReady(lab, *probe)) {
      facts.trouble = WhyNotReady("files.1", probe->instance->Snapshot());
    } else {
      facts = config::Measure(lab, *probe->instance, probe->environment);
    }
    return JudgeFiles(static_cast<int>(files.size()), facts);
  }

  StepResult Missing(Lab& lab) {
    notes_.complaint.clear();
    const std::vector<std::pair<Environment, std::vector<std::string>>> tries = {
        {{}, {"API_KEY"}},
        {{{"GRACE_MS", "soon"}, {"DB_POOL_MAX", "ten"}}, {"API_KEY", "GRACE_MS", "DB_POOL_MAX"}}};
    std::vector<Probe> probes;
    for (const auto& [environment, wrong] : tries) {
      Result<Probe> probe =
          LaunchProbe(lab, fmt::format("missing.{}", probes.size() + 1), environment);
      if (!probe) {
        StepResult failed;
        failed.observed = probe.error().message;
        return failed;
      }
      probes.push_back(std::move(probe).value());
    }
    std::vector<StartFacts> starts;
    for (std::size_t i = 0; i < probes.size(); ++i) {
      starts.push_back(ObserveStart(lab, probes[i], tries[i].second));
    }
    return JudgeMissing(starts);
  }

  StartFacts ObserveStart(Lab& lab, const Probe& probe, const std::vector<std::string>& wrong) {
    StartFacts facts;
    facts.wrong = wrong;
    facts.served = AwaitReady(lab, probe);
    if (facts.served) {
      const HttpAsk guess{"GET", "/api/v1/items", "", {"Authorization: Bearer changeme"}};
      facts.with_default_key =
          Ask(lab.rig, probe.port, guess, Deadline::After(lab.rig.clock(), seconds(10))).status;
      return facts;
    }
    const ProcessStatus status = probe.instance->Snapshot();
    if (status.exit && !status.exit->signalled) facts.exit = status.exit->code;
    std::string said;
    for (const LogLine& line : LinesSince(*probe.instance, probe.launched)) {
      said += line.text + "\n";
    }
    for (const std::string& name : wrong) {
      if (said.find(name) != std::string::npos) facts.named.push_back(name);
    }
    notes_.complaint = std::move(said);
    return facts;
  }

  StepResult Canary(Lab& lab) {
    const std::string canary = MakeCanary("key");
    Result<Probe> probe = LaunchProbe(
        lab, "canary.1", {{"API_KEY", canary}, {"SERVICE_NAME", "shop"}, {"DRAIN_DELAY_MS", "0"}},
        {{".env", "API_KEY=" + canary + "\n"}});
    if (!probe) return JudgeCanary({}, probe.error().message);
    if (!AwaitReady(lab, *probe)) {
      return JudgeCanary({}, WhyNotReady("canary.1", probe->instance->Snapshot()));
    }
    notes_.key_looks = LookFor(lab,
                               {probe->instance.get(),
                                probe->port,
                                probe->launched,
                                probe->directory,
                                lab.programs.service,
                                PlacesToAsk(canary),
                                {".env"}},
                               canary);
    return JudgeCanary(notes_.key_looks, "");
  }

  StepResult CutWire(Lab& lab) {
    WireFacts facts;
    if (Status started = wire_.Start(lab); !started) {
      facts.trouble = started.error().message;
      return JudgeWire(facts);
    }
    facts = wire_.Measure(lab);
    notes_.password_looks = facts.looks;
    return JudgeWire(facts);
  }

  PictureNotes notes_;
  Wire wire_;
};

}  // namespace
}  // namespace config

std::unique_ptr<Experiment> MakeConfigExperiment(const ProgramPaths& programs) {
  return std::make_unique<config::ConfigExperiment>(programs);
}

}  // namespace twelve

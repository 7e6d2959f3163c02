#include "factors/09_disposability/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>

#include "factors/09_disposability/experiment_state.h"
#include "factors/09_disposability/violations.h"

namespace twelve {
namespace disposability {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kProcesses = 3;
constexpr int kMaxProcesses = 12;
constexpr double kRate = 60;  // requests per second over all processes
constexpr double kMaxRate = 500;
// Each request keeps its process busy for 200 ms: at 60 a second some are always in flight.
constexpr const char* kPath = "/delay/200";
constexpr Duration kReadyTimeout = seconds(30);
constexpr Duration kHeadStart = seconds(2);

Result<double> ParseNumber(const std::string& text, double low, double high) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    return InvalidError(fmt::format("\"{}\" is not a number from {} to {}.", text, low, high));
  }
  return value;
}

class DisposabilityExperiment final : public Experiment {
 public:
  explicit DisposabilityExperiment(ProgramPaths programs) : programs_(std::move(programs)) {
    state_.steps.resize(Steps().size());
    state_.rate = kRate;
  }

  Status Begin(Rig& rig) override {
    Result<std::string> data = rig.MakeDirectory("data");
    if (!data) return data.error();
    base_ = {{"HOST", "127.0.0.1"},     {"DATABASE_URL", "sqlite://" + *data + "/sessions.db"},
             {"DRAIN_DELAY_MS", "500"}, {"LOG_LEVEL", "INFO"},
             {"RELEASE_ID", "v1"},      {"TMPDIR", *data}};
    deploy_ = std::make_unique<Deploy>(rig, Spec(base_));
    if (Status scaled = deploy_->Scale(kProcesses, ""); !scaled) return scaled;
    // Requests that come before anybody can answer would be the first thing to be seen.
    (void)rig.WaitUntil([this] { return deploy_->AllReady() || deploy_->AnyOver(); },
                        Deadline::After(rig.clock(), kHeadStart));
    return StartLoad(rig);
  }

  Status Apply(Rig& rig, const Action& action) override {
    (void)rig;
    state_.error.clear();
    Status done = Dispatch(action);
    if (!done) state_.error = done.error().message;
    return done;
  }

  void Tick(Rig&) override {
    deploy_->Tick();
    if (!state_.run || !state_.run->Advance(*lab_)) return;
    FinishRun();
  }

  Scene Observe(Rig&) override {
    ++state_.generation;
    return DrawScene(state_, *lab_);
  }

  Result<DemoReport> RunAll(Rig& rig, const std::vector<std::string>& violations,
                            const std::function<void(std::string_view)>& say) override;

 private:
  DeploySpec Spec(const Environment& environment) const {
    DeploySpec spec;
    spec.argv = {programs_.service, "web"};
    if (!state_.violations.empty()) {
      spec.argv.push_back("--violate");
      spec.argv.push_back(fmt::format("{}", fmt::join(state_.violations, ",")));
    }
    spec.environment = environment;
    spec.count = kProcesses;
    spec.ready_timeout = kReadyTimeout;
    return spec;
  }

  Status StartLoad(Rig& rig) {
    LoadPlan plan;
    plan.rate_per_second = state_.rate;
    plan.path = kPath;
    plan.targets = deploy_->Targets();
    Result<std::unique_ptr<Load>> load = rig.StartLoad(std::move(plan));
    if (!load) return load.error();
    load_ = std::move(load).value();
    lab_ = std::make_unique<Lab>(Lab{rig, *deploy_, *load_});
    lab_->Note(
        "", "",
        fmt::format("{} web processes, {:.0f} requests/s to {}", kProcesses, state_.rate, kPath));
    return {};
  }

  Status Dispatch(const Action& action) {
    if (action.name == "step.answer") return Answer(action.value);
    if (action.name == "step.go") return GoTo(action.value);
    if (action.name == "step.next") return GoTo(std::to_string(state_.current + 1));
    if (action.name == "env.set") return SetEnvironment(action);
    // Everything below changes processes, one thing at a time.
    if (state_.run) return InvalidError("Wait until the step that is running has come to its end.");
    if (action.name == "step.do") return Start(state_.current);
    if (action.name == "signal") return Signal(action);
    if (action.name == "scale") return Scale(action.value);
    if (action.name == "load") return SetRate(action.value);
    if (action.name == "violate") return Violate(action.target, action.value == "on");
    if (action.name == "env.apply") return ApplyEnvironment();
    if (action.name == "relaunch") return Relaunch(action.target);
    if (action.name == "reset") return Reset();
    return InvalidError("There is no action \"" + action.name + "\" in this experiment.");
  }

  Status Answer(const std::string& value) {
    const int answers = static_cast<int>(Steps()[state_.current].answers.size());
    Result<double> chosen = ParseNumber(value, 0, answers - 1);
    if (!chosen) return chosen.error();
    state_.steps[state_.current].chosen = static_cast<int>(*chosen);
    return {};
  }

  Status GoTo(const std::string& value) {
    Result<double> step = ParseNumber(value, 0, static_cast<double>(Steps().size()) - 1);
    if (!step) return step.error();
    state_.current = static_cast<int>(*step);
    return {};
  }

  Status Start(int step) {
    if (!deploy_->AllReady()) {
      return InvalidError("Wait until every process is ready: " + NotReady() + ".");
    }
    state_.run = Steps()[step].make_run();
    state_.run_step = step;
    return {};
  }

  Status Signal(const Action& action) {
    Instance* instance = deploy_->Find(action.target);
    if (instance == nullptr) return InvalidError("There is no process " + action.target + ".");
    Result<int> signal = ParseSignal(action.value);
    if (!signal) return signal.error();
    state_.run_step = -1;
    if (*signal == SIGTERM) {
      state_.run = MakeTermRun(action.target);
    } else if (*signal == SIGKILL) {
      state_.run = MakeKillRun(action.target);
    } else {
      const std::string label = SignalName(*signal) + " " + action.target;
      lab_->Note(action.target, label, label + " sent");
      return instance->Signal(SignalTarget::kLeader, *signal, label);
    }
    return {};
  }

  Status Scale(const std::string& value) {
    Result<double> count = ParseNumber(value, 1, kMaxProcesses);
    if (!count) return count.error();
    const int processes = static_cast<int>(*count);
    lab_->Note("", fmt::format("web={}", processes), fmt::format("scaled to {}", processes));
    const Status scaled = deploy_->Scale(processes, fmt::format("scaled to {}", processes));
    load_->SetTargets(deploy_->Targets());
    return scaled;
  }

  Status SetRate(const std::string& value) {
    Result<double> rate = ParseNumber(value, 1, kMaxRate);
    if (!rate) return rate.error();
    state_.rate = *rate;
    load_->SetRate(*rate);
    lab_->Note("", "", fmt::format("load set to {:.0f} requests/s", *rate));
    return {};
  }

  Status Violate(const std::string& name, bool on) {
    const bool known =
        std::any_of(std::begin(kDisposabilityViolations), std::end(kDisposabilityViolations),
                    [&](const Violation& row) { return row.name == name; });
    if (!known) return InvalidError("Factor IX has no violation \"" + name + "\".");
    if (on) {
      state_.violations.insert(name);
    } else {
      state_.violations.erase(name);
    }
    lab_->Note("", on ? name : "as built", name + (on ? " switched on" : " switched off"), on);
    return Rerelease(deploy_->spec().environment);
  }

  Status SetEnvironment(const Action& action) {
    if (action.target.empty() || action.target.find('=') != std::string::npos) {
      return InvalidError("A variable needs a name without \"=\".");
    }
    if (action.target == "PORT") {
      return InvalidError("PORT is given to each process by the platform and cannot be edited.");
    }
    state_.pending[action.target] = action.value;
    return {};
  }

  Status ApplyEnvironment() {
    Environment environment = deploy_->spec().environment;
    for (const auto& [name, value] : state_.pending) environment[name] = value;
    state_.pending.clear();
    return Rerelease(environment);
  }

  Status Rerelease(Environment environment) {
    ++state_.release;
    environment["RELEASE_ID"] = fmt::format("v{}", state_.release);
    DeploySpec spec = Spec(environment);
    spec.count = deploy_->spec().count;
    const Status replaced = deploy_->Replace(std::move(spec));
    load_->SetTargets(deploy_->Targets());
    lab_->Note("", fmt::format("v{}", state_.release),
               fmt::format("release v{} runs", state_.release));
    return replaced;
  }

  Status Relaunch(const std::string& name) {
    lab_->Note(name, "relaunch", name + " relaunched");
    const Status launched = deploy_->Relaunch(name);
    load_->SetTargets(deploy_->Targets());
    return launched;
  }

  Status Reset() {
    state_.violations.clear();
    state_.pending.clear();
    state_.good.reset();
    state_.broken.reset();
    state_.latest.reset();
    state_.steps.assign(Steps().size(), StepState());
    state_.current = 0;
    state_.rate = kRate;
    load_->SetRate(kRate);
    lab_->Note("", "reset", "everything as in the beginning");
    const Status released = Rerelease(base_);
    if (!released) return released;
    return Scale(std::to_string(kProcesses));
  }

  /// The first process that is not ready, and why.
  std::string NotReady() const {
    for (const ProcessStatus& status : deploy_->Snapshots()) {
      if (status.state == ProcessState::kReady) continue;
      return fmt::format("{} is {} ({})", status.name, ToString(status.state), status.reason);
    }
    return "no process is running";
  }

  void FinishRun() {
    const StepResult result = state_.run->result();
    state_.run.reset();
    state_.latest = result;
    if (state_.run_step >= 0) state_.steps[state_.run_step].result = result;
    FrozenRun frozen;
    frozen.label = state_.violations.empty()
                       ? "as built"
                       : fmt::format("{}", fmt::join(state_.violations, ", "));
    frozen.sentence = result.observed;
    frozen.held = result.held;
    if (result.from != TimePoint()) {
      frozen.lanes = DrawLanes(*lab_, *load_->Snapshot(), result.from - kLeadIn, result.to);
    }
    (state_.violations.empty() ? state_.good : state_.broken) = std::move(frozen);
    lab_->events.push_back({lab_->Now(), result.observed, !result.held});
  }

  ProgramPaths programs_;
  Environment base_;
  State state_;
  std::unique_ptr<Deploy> deploy_;
  std::unique_ptr<Load> load_;
  std::unique_ptr<Lab> lab_;
};

Result<DemoReport> DisposabilityExperiment::RunAll(
    Rig& rig, const std::vector<std::string>& violations,
    const std::function<void(std::string_view)>& say) {
  state_.violations.insert(violations.begin(), violations.end());
  if (Status begun = Begin(rig); !begun) return begun.error();
  say(fmt::format("{} web processes{}{}, {:.0f} requests/s", kProcesses,
                  violations.empty() ? "" : " with ", fmt::join(violations, ", "), kRate));
  DemoReport report;
  report.factor = 9;
  report.violations = violations;
  report.holds = true;
  const auto settled = [this] { return deploy_->AllReady() || deploy_->AnyOver(); };
  for (std::size_t i = 0; i < Steps().size(); ++i) {
    const StepText& text = Steps()[i];
    DemoStep step;
    step.id = text.id;
    step.did = text.did;
    (void)rig.WaitUntil(settled, Deadline::After(rig.clock(), kReadyTimeout));
    if (rig.cancelled()) return Error{ErrorCode::kClosed, "The demo was interrupted.", {}, 0};
    if (!deploy_->AllReady()) {
      step.observed = "Not done: " + NotReady() + ".";
    } else {
      say(text.did);
      if (Status started = Start(static_cast<int>(i)); !started) return started.error();
      // Every step ends by itself: each of its waits has a limit.
      while (state_.run && !rig.cancelled()) {
        (void)rig.WaitUntil([] { return false; }, Deadline::After(rig.clock(), milliseconds(20)));
        Tick(rig);
      }
      if (rig.cancelled()) return Error{ErrorCode::kClosed, "The demo was interrupted.", {}, 0};
      const StepResult& result = *state_.steps[i].result;
      step.observed = result.observed;
      step.expected = result.expected;
      step.held = result.held;
      for (const auto& [name, value] : result.figures) {
        report.figures.emplace_back(fmt::format("{}.{}", text.id, name), value);
      }
    }
    say((step.held ? "  holds: " : "  BROKEN: ") + step.observed);
    report.holds = report.holds && step.held;
    report.steps.push_back(std::move(step));
  }
  return report;
}

}  // namespace
}  // namespace disposability

std::unique_ptr<Experiment> MakeDisposabilityExperiment(const ProgramPaths& programs) {
  return std::make_unique<disposability::DisposabilityExperiment>(programs);
}

}  // namespace twelve

#include "factors/lab/lab_experiment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace twelve {
namespace {

using std::chrono::seconds;

constexpr int kMaxProcesses = 12;
constexpr double kMaxRate = 500;
// How long a demo waits for processes before it calls a step not done.
constexpr Duration kSettlesWithin = seconds(40);

Result<double> ParseNumber(const std::string& text, double low, double high) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    return InvalidError(fmt::format("\"{}\" is not a number from {} to {}.", text, low, high));
  }
  return value;
}

}  // namespace

LabExperiment::LabExperiment(int factor, std::span<const Violation> violations,
                             ProgramPaths programs)
    : factor_(factor), violations_(violations), programs_(std::move(programs)) {}

Status LabExperiment::Begin(Rig& rig) {
  if (!lab_) lab_ = std::make_unique<Lab>(rig, programs_);
  lab_->progress = show_;
  steps_.resize(Steps().size());
  if (Status set_up = SetUp(*lab_); !set_up) return set_up;
  for (const std::unique_ptr<Deploy>& deploy : lab_->deploys) {
    declared_[deploy->spec().type] = deploy->spec().environment;
    counts_[deploy->spec().type] = deploy->spec().count;
  }
  declared_rate_ = lab_->rate;
  lab_->Note("", "", Describe(*lab_));
  return {};
}

Status LabExperiment::Apply(Rig&, const Action& action) {
  error_.clear();
  Status done = Dispatch(action);
  if (!done) error_ = done.error().message;
  return done;
}

void LabExperiment::Tick(Rig&) {
  for (const std::unique_ptr<Deploy>& deploy : lab_->deploys) deploy->Tick();
}

Status LabExperiment::Act(Lab&, const Action& action) {
  return InvalidError("There is no action \"" + action.name + "\" in this experiment.");
}

std::optional<StepResult> LabExperiment::OnSignal(Lab&, const std::string&, int) {
  return std::nullopt;
}

Status LabExperiment::Rerelease(Lab& lab, const std::string& because) {
  return lab.Rerelease(because);
}

Status LabExperiment::Reset(Lab& lab) {
  return lab.Rerelease("everything as in the beginning");
}

Status LabExperiment::Settled(const Lab& lab) const {
  if (lab.AllReady()) return {};
  return InvalidError("Wait until every process is ready: " + lab.NotReady() + ".");
}

std::string LabExperiment::Describe(const Lab& lab) const {
  std::vector<std::string> parts;
  for (const std::unique_ptr<Deploy>& deploy : lab.deploys) {
    const DeploySpec& spec = deploy->spec();
    parts.push_back(
        fmt::format("{} {} process{}", spec.count, spec.type, spec.count == 1 ? "" : "es"));
  }
  if (lab.load) parts.push_back(fmt::format("{:.0f} requests/s", lab.rate));
  return fmt::format("{}", fmt::join(parts, ", "));
}

Status LabExperiment::Dispatch(const Action& action) {
  if (action.name == "step.answer") return Answer(action.value);
  if (action.name == "step.go") return GoTo(action.value);
  if (action.name == "step.next") return GoTo(std::to_string(current_ + 1));
  if (action.name == "step.do") return Start(current_);
  if (action.name == "env.set") return SetEnvironment(action);
  if (action.name == "env.apply") return ApplyEnvironment();
  if (action.name == "violate") return Violate(action.target, action.value == "on");
  if (action.name == "signal") return Signal(action);
  if (action.name == "scale") return Scale(action);
  if (action.name == "load") return SetRate(action.value);
  if (action.name == "relaunch") return Relaunch(action.target);
  if (action.name == "reset") return ResetAll();
  return Act(*lab_, action);
}

Status LabExperiment::Answer(const std::string& value) {
  const int answers = static_cast<int>(Steps()[static_cast<std::size_t>(current_)].answers.size());
  Result<double> chosen = ParseNumber(value, 0, answers - 1);
  if (!chosen) return chosen.error();
  steps_[static_cast<std::size_t>(current_)].chosen = static_cast<int>(*chosen);
  return {};
}

Status LabExperiment::GoTo(const std::string& value) {
  Result<double> step = ParseNumber(value, 0, static_cast<double>(Steps().size()) - 1);
  if (!step) return step.error();
  current_ = static_cast<int>(*step);
  return {};
}

Status LabExperiment::Start(int step) {
  if (Status settled = Settled(*lab_); !settled) return settled;
  running_ = step;
  StepResult result = RunStep(*lab_, Steps()[static_cast<std::size_t>(step)].id);
  running_.reset();
  Finish(step, result);
  return {};
}

void LabExperiment::Finish(int step, const StepResult& result) {
  StepState& state = step == kByHand ? by_hand_ : steps_[static_cast<std::size_t>(step)];
  latest_ = result;
  state.result = result;
  FrozenRun frozen;
  frozen.label = ViolationsLabel();
  frozen.sentence = result.observed;
  frozen.held = result.held;
  if (result.from != TimePoint() && lab_->load) {
    frozen.lanes = DrawLanes(*lab_, *lab_->load->Snapshot(), result.from - kLeadIn, result.to);
  }
  (lab_->violations.empty() ? state.good : state.broken) = std::move(frozen);
  lab_->events.push_back({lab_->Now(), result.observed, !result.held});
}

Status LabExperiment::Signal(const Action& action) {
  Instance* instance = lab_->Find(action.target);
  if (instance == nullptr) return InvalidError("There is no process " + action.target + ".");
  Result<int> signal = ParseSignal(action.value);
  if (!signal) return signal.error();
  running_ = kByHand;
  const std::optional<StepResult> measured = OnSignal(*lab_, action.target, *signal);
  running_.reset();
  if (measured) {
    Finish(kByHand, *measured);
    return {};
  }
  const std::string label = SignalName(*signal) + " " + action.target;
  lab_->Note(action.target, label, label + " sent");
  return instance->Signal(SignalTarget::kLeader, *signal, label);
}

Status LabExperiment::Scale(const Action& action) {
  Deploy* const deploy = lab_->FindDeploy(action.target);
  if (deploy == nullptr) return InvalidError("There is no process type " + action.target + ".");
  Result<double> count = ParseNumber(action.value, 1, kMaxProcesses);
  if (!count) return count.error();
  const int processes = static_cast<int>(*count);
  const std::string text = fmt::format("{} scaled to {}", action.target, processes);
  lab_->Note("", fmt::format("{}={}", action.target, processes), text);
  Status scaled = deploy->Scale(processes, text);
  lab_->Retarget();
  return scaled;
}

Status LabExperiment::SetRate(const std::string& value) {
  if (!lab_->load) return InvalidError("This experiment has no load that can be changed.");
  Result<double> rate = ParseNumber(value, 1, kMaxRate);
  if (!rate) return rate.error();
  lab_->rate = *rate;
  lab_->load->SetRate(*rate);
  lab_->Note("", "", fmt::format("load set to {:.0f} requests/s", *rate));
  return {};
}

Status LabExperiment::Violate(const std::string& name, bool on) {
  const bool known = std::any_of(violations_.begin(), violations_.end(), [&](const Violation& row) {
    return row.name == name && row.fixture.empty();
  });
  if (!known) return InvalidError("This factor has no violation \"" + name + "\".");
  if (on) {
    lab_->violations.insert(name);
  } else {
    lab_->violations.erase(name);
  }
  lab_->Note("", on ? name : "as built", name + (on ? " switched on" : " switched off"), on);
  return Rerelease(*lab_, name + (on ? " on" : " off"));
}

Status LabExperiment::SetEnvironment(const Action& action) {
  if (action.target.empty() || action.target.find('=') != std::string::npos) {
    return InvalidError("A variable needs a name without \"=\".");
  }
  if (action.target == "PORT") {
    return InvalidError("PORT is given to each process by the platform and cannot be edited.");
  }
  if (lab_->deploys.empty())
    return InvalidError("No process runs whose environment this could be.");
  pending_[lab_->deploys.front()->spec().type][action.target] = action.value;
  return {};
}

Status LabExperiment::ApplyEnvironment() {
  std::string names;
  for (const auto& [type, variables] : pending_) {
    Deploy* const deploy = lab_->FindDeploy(type);
    if (deploy == nullptr) continue;
    Environment environment = deploy->spec().environment;
    for (const auto& [name, value] : variables) {
      environment[name] = value;
      names += names.empty() ? name : ", " + name;
    }
    deploy->SetEnvironment(std::move(environment));
  }
  pending_.clear();
  return Rerelease(*lab_, names.empty() ? "no variable changed" : names + " changed");
}

Status LabExperiment::Relaunch(const std::string& process) {
  Deploy* const deploy = lab_->DeployOf(process);
  if (deploy == nullptr) return InvalidError("There is no process " + process + ".");
  lab_->Note(process, "relaunch", process + " relaunched");
  Status launched = deploy->Relaunch(process);
  lab_->Retarget();
  return launched;
}

Status LabExperiment::ResetAll() {
  lab_->violations.clear();
  pending_.clear();
  latest_.reset();
  steps_.assign(Steps().size(), StepState());
  by_hand_ = {};
  current_ = 0;
  if (lab_->load) {
    lab_->rate = declared_rate_;
    lab_->load->SetRate(lab_->rate);
  }
  for (const std::unique_ptr<Deploy>& deploy : lab_->deploys) {
    deploy->SetEnvironment(declared_[deploy->spec().type]);
    deploy->SetCount(counts_[deploy->spec().type]);
  }
  lab_->Note("", "reset", "everything as in the beginning");
  Status reset = Reset(*lab_);
  lab_->Retarget();
  return reset;
}

Result<DemoReport> LabExperiment::RunAll(Rig& rig, const std::vector<std::string>& violations,
                                         const std::function<void(std::string_view)>& say) {
  const Error interrupted{ErrorCode::kClosed, "The demo was interrupted.", {}, 0};
  lab_ = std::make_unique<Lab>(rig, programs_);
  lab_->violations.insert(violations.begin(), violations.end());
  if (Status begun = Begin(rig); !begun) return rig.cancelled() ? interrupted : begun.error();
  say(Describe(*lab_) + (violations.empty() ? "" : ", with " + ViolationsLabel()));
  DemoReport report;
  report.factor = factor_;
  report.violations = violations;
  report.holds = true;
  for (std::size_t i = 0; i < Steps().size(); ++i) {
    DemoStep step = RunForDemo(static_cast<int>(i), report, say);
    if (rig.cancelled()) return interrupted;
    say((step.held ? "  holds: " : "  BROKEN: ") + step.observed);
    report.holds = report.holds && step.held;
    report.steps.push_back(std::move(step));
  }
  return report;
}

DemoStep LabExperiment::RunForDemo(int index, DemoReport& report,
                                   const std::function<void(std::string_view)>& say) {
  const LabStep& text = Steps()[static_cast<std::size_t>(index)];
  DemoStep step;
  step.id = text.id;
  step.did = text.did;
  (void)lab_->Wait([this] { return Settled(*lab_).ok() || lab_->AnyOver(); }, kSettlesWithin, "");
  if (lab_->rig.cancelled()) return step;
  if (const Status settled = Settled(*lab_); !settled) {
    step.observed = "Not done: " + settled.error().message;
    return step;
  }
  say(text.did);
  (void)Start(index);
  const StepResult& result = *steps_[static_cast<std::size_t>(index)].result;
  step.observed = result.observed;
  step.expected = result.expected;
  step.held = result.held;
  for (const auto& [name, value] : result.figures) {
    report.figures.emplace_back(fmt::format("{}.{}", text.id, name), value);
  }
  return step;
}

}  // namespace twelve

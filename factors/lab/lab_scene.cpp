#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "factors/lab/lab_experiment.h"
#include "harness/conformance/secrets.h"

namespace twelve {
namespace {

using std::chrono::seconds;

// How much of the past the live pictures show.
constexpr Duration kShown = seconds(20);

std::vector<Marker> MarkersBetween(const Lab& lab, TimePoint from, TimePoint to) {
  std::vector<Marker> markers;
  for (const Marker& marker : lab.markers) {
    if (marker.at >= from && marker.at <= to) markers.push_back(marker);
  }
  return markers;
}

TimeSeries DrawThroughput(const Lab& lab, const LoadSnapshot& load, TimePoint from, TimePoint to) {
  TimeSeries chart{"Answers", "per s", {}, MarkersBetween(lab, from, to), from, to};
  chart.series = {{"ok", 0, {}}, {"failed", 1, {}}};
  for (const LoadTick& tick : load.ticks) {
    if (tick.at < from) continue;
    chart.series[0].points.emplace_back(tick.at, 10.0 * static_cast<double>(tick.done));
    chart.series[1].points.emplace_back(tick.at, 10.0 * static_cast<double>(tick.failed));
  }
  return chart;
}

TimeSeries DrawLatency(const Lab& lab, const LoadSnapshot& load, TimePoint from, TimePoint to) {
  TimeSeries chart{"Response time", "ms", {}, MarkersBetween(lab, from, to), from, to};
  chart.series = {{"p50", 0, {}}, {"p99", 1, {}}};
  for (const LoadTick& tick : load.ticks) {
    if (tick.at < from || tick.done == 0) continue;
    chart.series[0].points.emplace_back(tick.at, tick.p50_us / 1000);
    chart.series[1].points.emplace_back(tick.at, tick.p99_us / 1000);
  }
  return chart;
}

ProcessTablePanel DrawProcesses(const Lab& lab) {
  ProcessTablePanel table{"Processes", {}, "No process is running."};
  for (const std::unique_ptr<Deploy>& deploy : lab.deploys) {
    for (const std::string& name : deploy->Names()) {
      for (const ProcessInfo& process : deploy->Find(name)->Tree()) table.rows.push_back(process);
    }
  }
  return table;
}

double AnsweredSince(const LoadSnapshot& load, const std::string& process, TimePoint since) {
  double answered = 0;
  for (const RequestRecord& request : load.requests) {
    if (request.in_flight || request.done < since || Failed(request.outcome)) continue;
    if (request.target < load.targets.size() &&
        load.targets[request.target].target.name == process) {
      answered += 1;
    }
  }
  return answered;
}

}  // namespace

Lanes DrawLanes(const Lab& lab, const LoadSnapshot& load, TimePoint from, TimePoint to) {
  Lanes lanes{"Requests on each process", {}, MarkersBetween(lab, from, to), from, to};
  const Deploy* const deploy = lab.FindDeploy(lab.load_type);
  if (deploy == nullptr) return lanes;
  for (const LoadTarget& target : deploy->Targets()) {
    Lane lane;
    lane.name = target.name;
    lane.states = deploy->History(target.name);
    for (const RequestRecord& request : load.requests) {
      if (request.done < from || request.sent > to) continue;
      if (request.outcome == Outcome::kNoTarget || request.outcome == Outcome::kNotSent) continue;
      if (request.target >= load.targets.size()) continue;
      if (load.targets[request.target].target.name != target.name) continue;
      lane.bars.push_back({request.sent, request.done, request.outcome, request.in_flight});
    }
    lanes.lanes.push_back(std::move(lane));
  }
  return lanes;
}

Stage DrawStage(const Lab& lab) {
  Stage stage;
  stage.title = fmt::format("release v{}", lab.release);
  const std::shared_ptr<const LoadSnapshot> load = lab.load ? lab.load->Snapshot() : nullptr;
  // Counted back from the snapshot, which may be a tenth of a second old.
  const TimePoint since = load ? load->taken - seconds(1) : lab.Now();
  for (const std::unique_ptr<Deploy>& deploy : lab.deploys) {
    for (const ProcessStatus& status : deploy->Snapshots()) {
      ProcessCard card;
      card.status = status;
      if (const Instance* instance = deploy->Find(status.name)) {
        card.resources = instance->Resources();
      }
      card.release =
          lab.violations.empty() ? "as built" : fmt::format("{}", fmt::join(lab.violations, ", "));
      if (load) card.requests_per_second = AnsweredSince(*load, status.name, since);
      stage.cards.push_back(std::move(card));
    }
  }
  if (!load) {
    stage.load_note = "no load";
    return stage;
  }
  for (const RequestRecord& request : load->requests) {
    if (request.sent >= since) stage.load_per_second += 1;
  }
  stage.load_note = fmt::format("open loop, {:.0f}/s planned", lab.rate);
  return stage;
}

std::string LabExperiment::ViolationsLabel() const {
  return lab_->violations.empty() ? "as built"
                                  : fmt::format("{}", fmt::join(lab_->violations, ", "));
}

StepPhase LabExperiment::PhaseOf(int index) const {
  const StepState& step = steps_[static_cast<std::size_t>(index)];
  if (running_ == index) return StepPhase::kObserve;
  if (step.result) return StepPhase::kExplain;
  return step.chosen ? StepPhase::kDo : StepPhase::kPredict;
}

std::vector<StepView> LabExperiment::DrawSteps() const {
  std::vector<StepView> views;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const LabStep& text = Steps()[i];
    const StepState& step = steps_[i];
    StepView view;
    view.id = text.id;
    view.title = text.title;
    view.predict = text.predict;
    view.answers = text.answers;
    view.right_answer = text.right_answer;
    view.chosen = step.chosen;
    view.action = text.action;
    view.explain = text.explain;
    view.phase = PhaseOf(static_cast<int>(i));
    view.done = step.result.has_value();
    if (step.result) {
      view.observed = step.result->observed;
      view.held = step.result->held;
      if (!step.result->held && !text.explain_broken.empty()) view.explain = text.explain_broken;
    }
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<ControlView> LabExperiment::DrawControls() const {
  using Kind = ControlView::Kind;
  const bool free = !running_;
  std::vector<ControlView> controls;
  for (const Violation& row : violations_) {
    if (!row.fixture.empty()) continue;  // a source tree is nothing to switch on
    const bool on = lab_->violations.count(std::string(row.name)) > 0;
    controls.push_back({Kind::kSwitch, "violate", std::string(row.name), std::string(row.name),
                        std::string(row.what), on ? 1.0 : 0.0, 0, 1, free, false});
  }
  for (const std::unique_ptr<Deploy>& deploy : lab_->deploys) {
    const std::string& type = deploy->spec().type;
    controls.push_back({Kind::kNumber, "scale", type, type + " processes",
                        "Launches or stops some.", static_cast<double>(deploy->spec().count), 1, 12,
                        free, false});
  }
  if (lab_->load) {
    controls.push_back({Kind::kNumber, "load", "", "requests per second",
                        "Planned moments; late answers do not slow it down.", lab_->rate, 1, 500,
                        free, false});
  }
  AddControls(*lab_, controls);
  for (const std::unique_ptr<Deploy>& deploy : lab_->deploys) {
    for (const std::string& name : deploy->Names()) {
      const auto button = [&](const char* action, const char* label, const char* help,
                              bool danger) {
        controls.push_back({Kind::kButton, action, name, label, help, 0, 0, 0, free, danger});
      };
      button("signal", "TERM", "Ask it to stop.", false);
      button("signal", "KILL", "End it without warning.", true);
      button("signal", "STOP", "Freeze it.", false);
      button("signal", "CONT", "Let it go on.", false);
      button("relaunch", "relaunch", "Kill it and start afresh.", true);
    }
  }
  controls.push_back(
      {Kind::kButton, "reset", "", "Reset", "Everything as built.", 0, 0, 0, free, false});
  return controls;
}

VerdictPanel LabExperiment::DrawVerdict() const {
  VerdictPanel panel;
  if (running_) {
    panel.outlook = Outlook::kRunning;
    panel.sentence = lab_->waiting;
    return panel;
  }
  if (!latest_) {
    panel.sentence = "Press the button: the verdict is measured.";
    return panel;
  }
  panel.outlook = latest_->held ? Outlook::kHolds : Outlook::kBroken;
  panel.sentence = latest_->observed;
  panel.expected = latest_->expected;
  return panel;
}

Compare LabExperiment::DrawCompare(const StepState& step) const {
  Compare compare;
  compare.title = "The same moment, as built and broken";
  compare.left.label = "as built";
  compare.right.label = lab_->violations.empty() ? "with a violation" : ViolationsLabel();
  if (step.good) {
    compare.left = {step.good->label, step.good->sentence, !step.good->held, step.good->lanes};
  }
  if (step.broken) {
    compare.right = {step.broken->label, step.broken->sentence, !step.broken->held,
                     step.broken->lanes};
  }
  return compare;
}

EnvEditor LabExperiment::DrawEnvironment(const Deploy& deploy) const {
  EnvEditor editor;
  const std::string& type = deploy.spec().type;
  editor.title = "Environment of " + type;
  editor.release = lab_->release;
  const auto edited = pending_.find(type);
  const Environment pending = edited == pending_.end() ? Environment() : edited->second;
  for (const auto& [name, value] : deploy.spec().environment) {
    EnvRow row{name, value, "", LooksSecret(name, value), false};
    const auto change = pending.find(name);
    if (change != pending.end() && change->second != value) {
      row.was = value;
      row.value = change->second;
      row.changed = true;
    }
    editor.rows.push_back(std::move(row));
  }
  for (const auto& [name, value] : pending) {
    if (deploy.spec().environment.count(name) == 0) {
      editor.rows.push_back({name, value, "", LooksSecret(name, value), true});
    }
  }
  editor.note = "PORT is added for each process. A change becomes a new release.";
  return editor;
}

void LabExperiment::AddLoadPanels(Scene& scene) const {
  const std::shared_ptr<const LoadSnapshot> load = lab_->load->Snapshot();
  const TimePoint from = scene.now - kShown;
  scene.panels.emplace_back(DrawLanes(*lab_, *load, from, scene.now));
  const StepState& step =
      by_hand_.result && latest_ && latest_->observed == by_hand_.result->observed
          ? by_hand_
          : steps_[static_cast<std::size_t>(current_)];
  if (step.good || step.broken) scene.panels.emplace_back(DrawCompare(step));
  scene.panels.emplace_back(DrawThroughput(*lab_, *load, from, scene.now));
  scene.panels.emplace_back(DrawLatency(*lab_, *load, from, scene.now));
}

Scene LabExperiment::Observe(Rig&) {
  Scene scene;
  scene.generation = ++generation_;
  scene.now = lab_->Now();
  scene.factor = factor_;
  scene.steps = DrawSteps();
  scene.current_step = current_;
  scene.controls = DrawControls();
  scene.error = error_;
  if (running_) scene.busy = lab_->waiting.empty() ? "measuring" : lab_->waiting;
  scene.panels.emplace_back(DrawVerdict());
  AddPanels(*lab_, scene);
  if (lab_->load) AddLoadPanels(scene);
  scene.panels.emplace_back(DrawStage(*lab_));
  scene.panels.emplace_back(LogStreamPanel{"Logs", lab_->rig.logs()});
  if (!lab_->deploys.empty()) scene.panels.emplace_back(DrawEnvironment(*lab_->deploys.front()));
  scene.panels.emplace_back(DrawProcesses(*lab_));
  scene.panels.emplace_back(Timeline{"What happened", lab_->events});
  return scene;
}

}  // namespace twelve

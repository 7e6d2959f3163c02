#include <fmt/format.h>

#include <algorithm>

#include "factors/09_disposability/experiment_state.h"
#include "factors/09_disposability/violations.h"

namespace twelve::disposability {
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

Stage DrawStage(const State& state, const Lab& lab, const LoadSnapshot& load) {
  Stage stage;
  stage.title = fmt::format("release v{}", state.release);
  // Counted back from the snapshot, which may be a tenth of a second old.
  const TimePoint since = load.taken - seconds(1);
  for (const ProcessStatus& status : lab.deploy.Snapshots()) {
    ProcessCard card;
    card.status = status;
    if (const Instance* instance = lab.deploy.Find(status.name)) {
      card.resources = instance->Resources();
    }
    card.release = state.violations.empty() ? "as built"
                                            : fmt::format("{}", fmt::join(state.violations, ", "));
    for (const RequestRecord& request : load.requests) {
      if (request.in_flight || request.done < since || Failed(request.outcome)) continue;
      if (request.target < load.targets.size() &&
          load.targets[request.target].target.name == status.name) {
        card.requests_per_second += 1;
      }
    }
    stage.cards.push_back(std::move(card));
  }
  for (const RequestRecord& request : load.requests) {
    if (request.sent >= since) stage.load_per_second += 1;
  }
  stage.load_note = fmt::format("open loop, {:.0f}/s planned", state.rate);
  return stage;
}

Series& AddSeries(TimeSeries& chart, const std::string& name, int slot) {
  chart.series.push_back({name, slot, {}});
  return chart.series.back();
}

TimeSeries DrawThroughput(const Lab& lab, const LoadSnapshot& load, TimePoint from, TimePoint to) {
  TimeSeries chart{"Answers", "per s", {}, MarkersBetween(lab, from, to), from, to};
  AddSeries(chart, "ok", 0);
  AddSeries(chart, "failed", 1);
  for (const LoadTick& tick : load.ticks) {
    if (tick.at < from) continue;
    chart.series[0].points.emplace_back(tick.at, 10.0 * static_cast<double>(tick.done));
    chart.series[1].points.emplace_back(tick.at, 10.0 * static_cast<double>(tick.failed));
  }
  return chart;
}

TimeSeries DrawLatency(const Lab& lab, const LoadSnapshot& load, TimePoint from, TimePoint to) {
  TimeSeries chart{"Response time", "ms", {}, MarkersBetween(lab, from, to), from, to};
  AddSeries(chart, "p50", 0);
  AddSeries(chart, "p99", 1);
  for (const LoadTick& tick : load.ticks) {
    if (tick.at < from || tick.done == 0) continue;
    chart.series[0].points.emplace_back(tick.at, tick.p50_us / 1000);
    chart.series[1].points.emplace_back(tick.at, tick.p99_us / 1000);
  }
  return chart;
}

EnvEditor DrawEnvironment(const State& state, const Lab& lab) {
  EnvEditor editor;
  editor.title = "Environment of web";
  editor.release = state.release;
  const Environment& running = lab.deploy.spec().environment;
  for (const auto& [name, value] : running) {
    EnvRow row{name, value, "", false, false};
    const auto pending = state.pending.find(name);
    if (pending != state.pending.end() && pending->second != value) {
      row.was = value;
      row.value = pending->second;
      row.changed = true;
    }
    editor.rows.push_back(std::move(row));
  }
  for (const auto& [name, value] : state.pending) {
    if (running.count(name) == 0) editor.rows.push_back({name, value, "", false, true});
  }
  editor.note = "PORT is added for each process. A change becomes a new release.";
  return editor;
}

VerdictPanel DrawVerdict(const State& state, const Lab& lab) {
  VerdictPanel panel;
  if (state.run) {
    panel.outlook = Outlook::kRunning;
    panel.sentence = state.run->Waiting(lab);
    return panel;
  }
  if (!state.latest) {
    panel.sentence = "Press the button: the verdict is measured.";
    return panel;
  }
  panel.outlook = state.latest->held ? Outlook::kHolds : Outlook::kBroken;
  panel.sentence = state.latest->observed;
  panel.expected = state.latest->expected;
  return panel;
}

StepPhase PhaseOf(const State& state, int index) {
  const StepState& step = state.steps[index];
  if (state.run && state.run_step == index) return StepPhase::kObserve;
  if (step.result) return StepPhase::kExplain;
  return step.chosen ? StepPhase::kDo : StepPhase::kPredict;
}

std::vector<StepView> DrawSteps(const State& state) {
  std::vector<StepView> views;
  for (std::size_t i = 0; i < Steps().size(); ++i) {
    const StepText& text = Steps()[i];
    const StepState& step = state.steps[i];
    StepView view;
    view.id = text.id;
    view.title = text.title;
    view.predict = text.predict;
    view.answers = text.answers;
    view.right_answer = text.right_answer;
    view.chosen = step.chosen;
    view.action = text.action;
    view.explain = text.explain;
    view.phase = PhaseOf(state, static_cast<int>(i));
    view.done = step.result.has_value();
    if (step.result) {
      view.observed = step.result->observed;
      view.held = step.result->held;
    }
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<ControlView> DrawControls(const State& state, const Lab& lab) {
  using Kind = ControlView::Kind;
  const bool free = state.run == nullptr;
  std::vector<ControlView> controls;
  for (const Violation& row : kDisposabilityViolations) {
    const bool on = state.violations.count(std::string(row.name)) > 0;
    controls.push_back({Kind::kSwitch, "violate", std::string(row.name), std::string(row.name),
                        std::string(row.what), on ? 1.0 : 0.0, 0, 1, free, false});
  }
  controls.push_back({Kind::kNumber, "scale", "web", "web processes", "Launches or stops some.",
                      static_cast<double>(lab.deploy.spec().count), 1, 12, free, false});
  controls.push_back({Kind::kNumber, "load", "", "requests per second",
                      "Planned moments; late answers do not slow it down.", state.rate, 1, 500,
                      free, false});
  for (const std::string& name : lab.deploy.Names()) {
    controls.push_back(
        {Kind::kButton, "signal", name, "TERM", "Ask it to stop.", 0, 0, 0, free, false});
    controls.push_back(
        {Kind::kButton, "signal", name, "KILL", "End it without warning.", 0, 0, 0, free, true});
    controls.push_back({Kind::kButton, "signal", name, "STOP", "Freeze it.", 0, 0, 0, free, false});
    controls.push_back(
        {Kind::kButton, "signal", name, "CONT", "Let it go on.", 0, 0, 0, free, false});
    controls.push_back({Kind::kButton, "relaunch", name, "relaunch", "Kill it and start afresh.", 0,
                        0, 0, free, true});
  }
  controls.push_back(
      {Kind::kButton, "reset", "", "Reset", "Three processes as built.", 0, 0, 0, free, false});
  return controls;
}

ProcessTablePanel DrawProcesses(const Lab& lab) {
  ProcessTablePanel table{"Processes", {}, "No process is running."};
  for (const std::string& name : lab.deploy.Names()) {
    for (const ProcessInfo& process : lab.deploy.Find(name)->Tree()) table.rows.push_back(process);
  }
  return table;
}

Compare DrawCompare(const State& state) {
  Compare compare;
  compare.title = "The same moment, as built and broken";
  compare.left.label = "as built";
  compare.right.label = "with a violation";
  if (state.good) {
    compare.left = {state.good->label, state.good->sentence, !state.good->held, state.good->lanes};
  }
  if (state.broken) {
    compare.right = {state.broken->label, state.broken->sentence, !state.broken->held,
                     state.broken->lanes};
  }
  return compare;
}

}  // namespace

Lanes DrawLanes(const Lab& lab, const LoadSnapshot& load, TimePoint from, TimePoint to) {
  Lanes lanes{"Requests on each process", {}, MarkersBetween(lab, from, to), from, to};
  for (const LoadTarget& target : lab.deploy.Targets()) {
    Lane lane;
    lane.name = target.name;
    lane.states = lab.deploy.History(target.name);
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

Scene DrawScene(const State& state, const Lab& lab) {
  const std::shared_ptr<const LoadSnapshot> load = lab.load.Snapshot();
  Scene scene;
  scene.generation = state.generation;
  scene.now = lab.Now();
  scene.factor = 9;
  scene.steps = DrawSteps(state);
  scene.current_step = state.current;
  scene.controls = DrawControls(state, lab);
  scene.error = state.error;
  if (state.run) scene.busy = state.run->Waiting(lab);
  const TimePoint from = scene.now - kShown;
  scene.panels.emplace_back(DrawVerdict(state, lab));
  scene.panels.emplace_back(DrawLanes(lab, *load, from, scene.now));
  if (state.good || state.broken) scene.panels.emplace_back(DrawCompare(state));
  scene.panels.emplace_back(DrawStage(state, lab, *load));
  scene.panels.emplace_back(DrawThroughput(lab, *load, from, scene.now));
  scene.panels.emplace_back(DrawLatency(lab, *load, from, scene.now));
  scene.panels.emplace_back(LogStreamPanel{"Logs", lab.rig.logs()});
  scene.panels.emplace_back(DrawEnvironment(state, lab));
  scene.panels.emplace_back(DrawProcesses(lab));
  scene.panels.emplace_back(Timeline{"What happened", lab.events});
  return scene;
}

}  // namespace twelve::disposability

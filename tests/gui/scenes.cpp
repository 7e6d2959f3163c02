#include "tests/gui/scenes.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kRun = milliseconds(5200);
constexpr Duration kSigterm = milliseconds(2000);

ProcessCard MakeCard(const std::string& type, int instance, ProcessState state, double rate) {
  ProcessCard card;
  ProcessStatus& status = card.status;
  status.name = fmt::format("{}.{}", type, instance);
  status.type = type;
  status.port = static_cast<std::uint16_t>(20000 + instance);
  status.pid = 4700 + instance * 7;
  status.guardian = status.pid - 1;
  status.state = state;
  status.launched = SceneStart() - seconds(40);
  status.ready = SceneStart() - seconds(39);
  status.history = {{SceneStart() - seconds(40), ProcessState::kStarting, "launched"},
                    {SceneStart() - seconds(39), ProcessState::kReady, "answered /ready"}};
  if (state != ProcessState::kReady && state != ProcessState::kStarting) {
    const TimePoint at = SceneStart() + kSigterm;
    status.history.push_back({at, ProcessState::kDraining, "SIGTERM sent by you"});
    status.reason = "SIGTERM sent by you";
    if (state != ProcessState::kDraining) {
      status.leader_ended = at + milliseconds(900);
      status.history.push_back({at + milliseconds(900), state, "exit 0 after 0.90 s"});
      status.reason = "exit 0 after 0.90 s";
    }
  }
  card.resources.rss_bytes = static_cast<std::uint64_t>(11 + instance) << 20;
  card.resources.cpu_percent = 1.5 + instance;
  card.resources.processes = 1;
  card.release = "as built";
  card.requests_per_second = rate;
  return card;
}

Lanes MakeLanes(int processes, bool broken) {
  Lanes lanes{"Requests on each process", {}, {}, SceneStart(), SceneStart() + kRun};
  for (int i = 1; i <= processes; i++) {
    std::optional<Duration> cut;
    std::optional<Duration> drained;
    if (i == 2) {
      (broken ? cut : drained) = kSigterm;
    }
    lanes.lanes.push_back(
        MakeLane(fmt::format("web.{}", i), kRun, 20, milliseconds(200), cut, drained));
  }
  lanes.markers.push_back({SceneStart() + kSigterm, "SIGTERM web.2", "web.2", false});
  return lanes;
}

Compare MakeCompare(int processes) {
  Compare compare;
  compare.left.label = "as built";
  compare.left.lanes = MakeLanes(processes, false);
  compare.left.sentence = fmt::format("{} of {} requests failed", FailedBars(compare.left.lanes),
                                      Bars(compare.left.lanes));
  compare.right.label = "exit-on-sigterm";
  compare.right.lanes = MakeLanes(processes, true);
  compare.right.sentence = fmt::format("{} of {} requests failed", FailedBars(compare.right.lanes),
                                       Bars(compare.right.lanes));
  compare.right.bad = true;
  return compare;
}

TimeSeries MakeChart(const std::string& title, const std::string& unit, double base) {
  TimeSeries chart{title, unit, {}, {}, SceneStart() - seconds(15), SceneStart() + kRun};
  const bool latency = unit == "ms";
  chart.series = {{latency ? "p50" : "ok", 0, {}}, {latency ? "p99" : "failed", 1, {}}};
  for (int i = 0; i < 200; i++) {
    const TimePoint at = chart.from + milliseconds(100 * i);
    const double wave = std::sin(i * 0.31) * base * 0.03;
    chart.series[0].points.emplace_back(at, base + wave);
    chart.series[1].points.emplace_back(at, latency ? base * 1.4 + 2 * wave : i == 171 ? 40 : 0);
  }
  chart.markers = {{SceneStart() + kSigterm, "SIGTERM web.2", "", false},
                   {SceneStart() + kSigterm + milliseconds(60), "web.2 not ready", "", false}};
  return chart;
}

EnvEditor MakeEnvironment() {
  EnvEditor editor{"Environment of web", {}, 3, "A change becomes a new release."};
  editor.rows = {{"DATABASE_URL", "sqlite:///tmp/sessions.db", "", false, false},
                 {"DRAIN_DELAY_MS", "800", "500", false, true},
                 {"HOST", "127.0.0.1", "", false, false},
                 {"LOG_LEVEL", "info", "", false, false},
                 {"SESSION_SECRET", "correct horse", "", true, false}};
  return editor;
}

std::vector<StepView> MakeSteps(StepPhase phase, const Compare& compare) {
  std::vector<StepView> steps(4);
  const char* titles[] = {"Stop one process under load", "Pull the plug", "Freeze one process",
                          "Stop the wrong process"};
  for (std::size_t i = 0; i < steps.size(); i++) {
    steps[i].id = fmt::format("step-{}", i + 1);
    steps[i].title = titles[i];
    steps[i].action = "Send SIGTERM to web.2";
  }
  StepView& step = steps[0];
  step.predict = "web.2 is answering requests. It gets SIGTERM now. How many requests fail?";
  step.answers = {"None", "Those that it is answering", "All of them until it is back"};
  step.phase = phase;
  if (phase != StepPhase::kPredict) {
    step.chosen = 0;
  }
  if (phase == StepPhase::kExplain) {
    step.observed = compare.left.sentence;
    step.held = true;
    step.done = true;
    step.explain =
        "web.2 first says that it is not ready, so the balancer looks elsewhere. It goes on "
        "answering, closes its port, finishes what it has, and ends with exit 0.";
  }
  return steps;
}

std::vector<ControlView> MakeControls(int processes) {
  using Kind = ControlView::Kind;
  std::vector<ControlView> controls;
  for (const char* name :
       {"ignore-sigterm", "exit-on-sigterm", "slow-boot", "stale-lock", "shell-wrapper"}) {
    controls.push_back({Kind::kSwitch, "violate", name, name, "What the service does instead.", 0,
                        0, 1, true, false});
  }
  controls.push_back({Kind::kNumber, "scale", "web", "web processes", "Launches or stops some.",
                      static_cast<double>(processes), 1, 12, true, false});
  controls.push_back(
      {Kind::kNumber, "load", "", "requests per second", "Open loop.", 60, 1, 500, true, false});
  controls.push_back({Kind::kButton, "signal", "web.2", "TERM", "", 0, 0, 0, true, false});
  controls.push_back({Kind::kButton, "reset", "", "Reset", "As built.", 0, 0, 0, true, false});
  return controls;
}

Timeline MakeTimeline() {
  const TimePoint term = SceneStart() + kSigterm;
  return {"What happened",
          {{SceneStart() - seconds(40), "3 web processes, 60 requests/s to /delay/200", false},
           {term, "SIGTERM to web.2 with 4 requests in flight", false},
           {term + milliseconds(60), "web.2 says that it is not ready", false},
           {term + milliseconds(560), "web.2 closed its port", false},
           {term + milliseconds(900), "web.2 ended: exit 0", false},
           {term + milliseconds(1400), "4 requests cut with exit-on-sigterm", true}}};
}

}  // namespace

TimePoint SceneStart() {
  return TimePoint(std::chrono::hours(10));
}

std::size_t FailedBars(const Lanes& lanes) {
  std::size_t count = 0;
  for (const Lane& lane : lanes.lanes) {
    count += static_cast<std::size_t>(
        std::count_if(lane.bars.begin(), lane.bars.end(),
                      [](const LaneBar& bar) { return !bar.running && Failed(bar.outcome); }));
  }
  return count;
}

std::size_t Bars(const Lanes& lanes) {
  std::size_t count = 0;
  for (const Lane& lane : lanes.lanes) {
    count += lane.bars.size();
  }
  return count;
}

Lane MakeLane(const std::string& name, Duration length, double rate, Duration busy,
              std::optional<Duration> cut_at, std::optional<Duration> drained_at) {
  Lane lane;
  lane.name = name;
  const TimePoint start = SceneStart();
  lane.states.push_back({start - seconds(30), ProcessState::kReady, "answered /ready"});
  const auto gap = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / rate));
  for (Duration at = -busy; at < length; at += gap) {
    if (cut_at && at > *cut_at) {
      break;
    }
    if (drained_at && at > *drained_at) {
      break;
    }
    LaneBar bar{start + at, start + at + busy, Outcome::kOk, false};
    if (cut_at && at + busy > *cut_at) {
      bar.end = start + *cut_at;
      bar.outcome = Outcome::kCut;
    }
    if (at + busy > length && !cut_at && !drained_at) {
      bar.end = start + length;
      bar.running = true;
    }
    lane.bars.push_back(bar);
  }
  if (cut_at) {
    lane.states.push_back({start + *cut_at, ProcessState::kCrashed, "SIGTERM"});
    lane.end = start + *cut_at;
  }
  if (drained_at) {
    lane.states.push_back({start + *drained_at, ProcessState::kDraining, "SIGTERM sent by you"});
    lane.states.push_back(
        {start + *drained_at + milliseconds(900), ProcessState::kStopped, "exit 0"});
    lane.end = start + *drained_at + milliseconds(900);
  }
  return lane;
}

Scene DisposabilityScene(const SceneOptions& options) {
  Scene scene;
  scene.generation = 1;
  scene.factor = 9;
  scene.now = SceneStart() + kRun;
  scene.error = options.error;
  scene.busy = options.busy;
  const Compare compare = MakeCompare(options.processes);
  scene.steps = MakeSteps(options.phase, compare);
  scene.controls = MakeControls(options.processes);
  VerdictPanel verdict;
  verdict.outlook = options.compare ? Outlook::kHolds : Outlook::kNotRun;
  verdict.sentence =
      options.compare ? compare.left.sentence : "Press the button: the verdict is measured.";
  scene.panels.emplace_back(verdict);
  scene.panels.emplace_back(MakeLanes(options.processes, false));
  if (options.compare) {
    Compare shown = compare;
    if (options.broken_only_left) {
      shown.right = {};
      shown.right.label = "with a violation";
    }
    scene.panels.emplace_back(shown);
  }
  Stage stage;
  stage.title = "release v3";
  stage.load_per_second = 20.0 * options.processes;
  stage.load_note = "open loop, 60/s planned";
  for (int i = 1; i <= options.processes; i++) {
    stage.cards.push_back(MakeCard("web", i, ProcessState::kReady, 20));
  }
  scene.panels.emplace_back(stage);
  scene.panels.emplace_back(MakeChart("Answers", "per s", 60));
  scene.panels.emplace_back(MakeChart("Response time", "ms", 204));
  scene.panels.emplace_back(LogStreamPanel{"Logs", MakeLog(400)});
  scene.panels.emplace_back(MakeEnvironment());
  ProcessTablePanel table{"Processes", {}, "No process is running."};
  for (const ProcessCard& card : stage.cards) {
    ProcessInfo info;
    info.pid = card.status.pid;
    info.parent = card.status.guardian;
    info.session = info.pid;
    info.state = 'S';
    info.cpu = milliseconds(420);
    info.rss_bytes = card.resources.rss_bytes;
    info.threads = 6;
    info.command = "twelve-service web";
    table.rows.push_back(info);
  }
  scene.panels.emplace_back(table);
  scene.panels.emplace_back(MakeTimeline());
  return scene;
}

Scene CrowdedScene() {
  Scene scene = DisposabilityScene({.processes = 3});
  for (Panel& panel : scene.panels) {
    if (auto* stage = std::get_if<Stage>(&panel)) {
      stage->cards.clear();
      stage->load_per_second = 240;
      for (int i = 1; i <= 12; i++) {
        stage->cards.push_back(MakeCard("web", i, static_cast<ProcessState>(i % 6), 20));
      }
      for (int i = 1; i <= 7; i++) {
        stage->cards.push_back(MakeCard("worker", i, ProcessState::kReady, 0));
      }
      stage->cards.push_back(MakeCard("clock", 1, ProcessState::kReady, 0));
    }
  }
  return scene;
}

Scene EmptyScene() {
  Scene scene;
  scene.factor = 9;
  scene.now = SceneStart();
  scene.busy = "Starting 3 web processes, 0.4 s";
  return scene;
}

void AppendLog(LogStore& store, std::size_t from, std::size_t lines) {
  static const char* kTexts[] = {
      R"({"event":"request","method":"GET","path":"/delay/200","status":200,"ms":201})",
      R"({"event":"request","method":"GET","path":"/ready","status":200,"ms":0})",
      "draining: 4 requests in flight", "cannot write session: database is locked"};
  const std::uint16_t sources[] = {store.Source("web.1"), store.Source("web.2"),
                                   store.Source("web.3")};
  std::vector<LogStore::NewLine> batch;
  for (std::size_t i = from; i < from + lines; i++) {
    LogStore::NewLine line;
    line.at = SceneStart() + milliseconds(5 * static_cast<long>(i));
    line.wall = WallTime(seconds(1'700'000'000) + milliseconds(5 * static_cast<long>(i)));
    line.source = sources[i % 3];
    const std::size_t kind = i % 97 == 50 ? 2 : i % 211 == 100 ? 3 : i % 2;
    line.level = kind == 2 ? LogLevel::kWarn : kind == 3 ? LogLevel::kError : LogLevel::kInfo;
    line.text = kTexts[kind];
    batch.push_back(line);
    if (batch.size() == 4096) {
      store.Append(batch);
      batch.clear();
    }
  }
  store.Append(batch);
}

std::shared_ptr<LogStore> MakeLog(std::size_t lines) {
  auto store = std::make_shared<LogStore>();
  AppendLog(*store, 0, lines);
  return store;
}

}  // namespace twelve

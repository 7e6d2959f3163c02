#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "factors/scene_panels.h"
#include "harness/load/load_plan.h"
#include "harness/logs/log_store.h"
#include "harness/process/process_status.h"
#include "harness/rig/rig.h"

namespace twelve {

// What an experiment shows: plain values, no drawing, no ImGui. The window draws a Scene, the
// command line prints it. Times are TimePoints of the session's clock; `Scene::now` is "now".

/// One process as a card or a table row.
struct ProcessCard {
  ProcessStatus status;
  ResourceSample resources;
  std::string release;             // "good" or "ignore-sigterm": which variant runs
  double requests_per_second = 0;  // answered by it in the last second
  std::string note;                // such as "waiting for it to end, 4.2 s of 10 s"
};

/// Load, one trunk per process type, its processes, attached services.
struct Stage {
  std::string title;
  double load_per_second = 0;  // measured: requests sent in the last second
  std::string load_note;       // "open loop, 40/s"
  std::vector<ProcessCard> cards;
};

/// A vertical line through lanes and charts: something that was done or happened.
struct Marker {
  TimePoint at;
  std::string label;  // "SIGTERM web.2"
  std::string lane;   // empty: through all lanes
  bool trouble = false;
};

/// One bar per request on its process's lane.
struct LaneBar {
  TimePoint begin, end;
  Outcome outcome = Outcome::kOk;
  bool running = false;
};
struct Lane {
  std::string name;  // "web.2"
  std::vector<StateChange> states;
  std::vector<LaneBar> bars;
  std::optional<TimePoint> begin, end;
};
/// "A": good, "B": broken, side by side; one of them alone before the second was run.
struct Lanes {
  std::string title;
  std::vector<Lane> lanes;
  std::vector<Marker> markers;
  TimePoint from, to;
};

struct ProcessTablePanel {
  std::string title;
  std::vector<ProcessInfo> rows;
  std::string empty_text;
};

/// A query, never the lines: the reader is thread-safe.
struct LogStreamPanel {
  std::string title;
  std::shared_ptr<LogStore> store;
};

struct Series {
  std::string name;
  int slot = 0;  // fixed colour: 0 web/p50/2xx, 1 worker/p99/errors, 2 clock/max/queued
  std::vector<std::pair<TimePoint, double>> points;
};
struct TimeSeries {
  std::string title, unit;
  std::vector<Series> series;
  std::vector<Marker> markers;
  TimePoint from, to;
};

/// The environment of one process type, with an editor: Apply({"env.set", NAME, VALUE}).
struct EnvRow {
  std::string name, value;
  std::string was;      // value in the running release when it differs
  bool secret = false;  // shown masked
  bool changed = false;
};
struct EnvEditor {
  std::string title;
  std::vector<EnvRow> rows;
  int release = 1;  // grows with each relaunch
  std::string note;
};

/// The same measured quantity in the good and in the broken run.
struct Compare {
  struct Side {
    std::string label;     // "as built", "ignore-sigterm"
    std::string sentence;  // "0 of 312 requests failed"; empty: not run yet
    bool bad = false;
    Lanes lanes;
  };
  std::string title;
  Side left, right;
};

/// How a cell is meant; told by a shape as well as by colour.
enum class Mark { kNone, kGood, kBad, kFaint };
struct TablePanel {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::vector<Mark>> marks = {};  // like rows, or shorter where nothing is marked
};

struct TimelineRow {
  TimePoint at;
  std::string text;
  bool trouble = false;
};
struct Timeline {
  std::string title;
  std::vector<TimelineRow> rows;
};

enum class Outlook { kNotRun, kRunning, kHolds, kBroken };
/// The measured sentence: the largest text of the window.
struct VerdictPanel {
  Outlook outlook = Outlook::kNotRun;
  std::string sentence;
  std::string expected;
  std::string detail;
};

using Panel = std::variant<Stage, Lanes, ProcessTablePanel, LogStreamPanel, TimeSeries, EnvEditor,
                           Compare, TablePanel, Timeline, VerdictPanel, Histogram, Curve, Waterfall,
                           CommitGraph, Pipeline, Client, Wires, Code, Formula>;

/// What the reader is asked to do next.
enum class StepPhase { kPredict, kDo, kObserve, kExplain };
struct StepView {
  std::string id;  // "term-one"
  std::string title;
  std::string predict;  // a question with two or three answers
  std::vector<std::string> answers;
  int right_answer = 0;
  std::optional<int> chosen;
  std::string action;    // label of the primary button
  std::string observed;  // what was measured; empty until it was
  std::string explain;
  StepPhase phase = StepPhase::kPredict;
  bool done = false;
  std::optional<bool> held;
};

struct ControlView {
  enum class Kind { kButton, kSwitch, kNumber } kind = Kind::kButton;
  std::string id;      // action name for Apply
  std::string target;  // process name, or empty
  std::string label;
  std::string help;
  double value = 0, min = 0, max = 0;  // switch: 0 or 1
  bool enabled = true;
  bool destructive = false;
};

struct Scene {
  std::uint64_t generation = 0;  // grows with each Observe
  TimePoint now;
  int factor = 0;
  std::vector<StepView> steps;
  int current_step = 0;
  std::vector<ControlView> controls;
  std::vector<Panel> panels;
  std::string busy;   // what is going on, "waiting for web.2, 3.1 s of 10 s"; empty: nothing
  std::string error;  // one sentence; shown until the next action
};

}  // namespace twelve

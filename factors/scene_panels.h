#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/clock.h"

namespace twelve {

// Pictures that only some factors need. Plain values, as everything in a Scene.

/// How measured values are spread: start times, response times.
struct Histogram {
  std::string title, unit;
  std::vector<double> values;
  std::optional<double> limit;  // a line: "Heroku gives up at 60 s"
  std::string limit_label;
};

/// Measured points and what a formula says of them, over something that was varied.
struct Curve {
  struct Line {
    std::string name;  // "measured", "your guess", "fitted law"
    int slot = 0;      // fixed colour, as in Series
    std::vector<std::pair<double, double>> points;
    bool dots = true;     // measured; false: a drawn line
    bool dashed = false;  // a guess or a theory
  };
  std::string title, x_label, y_label;
  std::vector<Line> lines;
  std::string note;  // "this machine has 2 cores"
  /// Not empty: the user may draw; a drag posts {name, "", "x1:y1,x2:y2,…"} in units of the axes.
  std::string draw_action;
  double x_max = 0, y_max = 0;  // of the axes; 0: from the points
};

/// One trace through several processes.
struct Waterfall {
  struct Row {
    std::string process;  // "web.1"
    std::string name;     // "POST /api/v1/jobs"
    TimePoint begin, end;
    int depth = 0;
    bool trouble = false;
  };
  std::string title;
  std::string trace_id;
  std::vector<Row> rows;
  TimePoint from, to;
};

/// History of a repository, and where deploys stand in it.
struct CommitGraph {
  struct Commit {
    std::string id;  // the first 7 characters
    std::string message;
    std::vector<int> parents;  // indices
    int lane = 0;
    bool unknown = false;  // runs somewhere and was never committed
  };
  struct Pin {
    std::string deploy;  // "production"
    int commit = 0;      // index
    std::string drift;   // "2 files differ from the commit"; empty: none
  };
  std::string title;
  std::vector<Commit> commits;  // oldest first
  std::vector<Pin> pins;
};

/// Stages that a change goes through, and the releases that came out.
struct Pipeline {
  enum class State { kWaiting, kRunning, kDone, kFailed, kSkipped };
  struct Stage {
    std::string name;  // "build"
    State state = State::kWaiting;
    std::string note;  // "slug 3f9c21a, 1.2 MB"
    double seconds = 0;
  };
  struct Release {
    std::string id;      // "v42"
    std::string slug;    // "3f9c21a"
    std::string config;  // what differs from the release before: "GREETING"
    std::string note;    // "rolled back to v40"
    bool current = false, bad = false;
  };
  std::string title;
  std::vector<Stage> stages;
  std::vector<Release> releases;  // newest first
};

/// A user and what the service answers.
struct Client {
  struct Line {
    std::string request;    // "GET /api/v1/sessions/…"
    std::string answer;     // "200, cart: 2 items"
    std::string served_by;  // "web.2"
    bool trouble = false;
  };
  std::string title;
  std::string headline;     // "Ada, 2 items in the cart" or "Who are you? Please log in."
  bool known = false;       // the service knows who this is
  std::vector<Line> lines;  // oldest first
};

/// Backing services and the wires to them.
struct Wires {
  struct Wire {
    std::string from;      // "web"
    std::string resource;  // "database"
    std::string place;     // "postgres at 127.0.0.1:20017", without credentials
    std::string state;     // "attached", "refused", "no answer"
    double latency_ms = 0;
    int slots_used = 0, slots = 0, waiting = 0;  // connections of the pool; 0 slots: no pool
    bool trouble = false;
    std::vector<std::string> plugs;  // what it may be plugged into: {"plug", resource, choice}
  };
  std::string title;
  std::vector<Wire> wires;
};

struct Code {
  std::string title;
  std::string language;  // "cpp", "sh", "json", "diff"
  std::string text;
  std::vector<int> marked;  // lines that matter, from 1
};

/// A calculation with its numbers. A slider posts {"formula.set", id, value}.
struct Formula {
  struct Input {
    std::string id, label, unit;
    double value = 0, min = 0, max = 0;
    bool logarithmic = false;
  };
  struct Row {
    std::string label;       // "peak requests per second"
    std::string expression;  // "30,000,000 × 50 × 3 / 86,400 s"
    std::string value;       // "52,083 /s"
    bool result = false;     // in large type
  };
  std::string title;
  std::vector<Input> inputs;
  std::vector<Row> rows;
};

}  // namespace twelve

#include "tests/gui/scenes.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

CommitGraph MakeGraph() {
  CommitGraph graph{"History and deploys", {}, {}};
  graph.commits = {{"3f9c21a", "Serve the cart", {}, 0, false},
                   {"8d11e04", "Count the items", {0}, 0, false},
                   {"hotfix", "patched by hand in production", {1}, 1, true},
                   {"b20771c", "Say hello", {1}, 0, false}};
  graph.pins = {{"staging", 3, ""}, {"production", 2, "1 file differs"}};
  return graph;
}

Pipeline MakePipeline() {
  using State = Pipeline::State;
  Pipeline pipeline{"From commit to release", {}, {}};
  pipeline.stages = {{"source", State::kDone, "commit b20771c", 0.02},
                     {"pre_build", State::kDone, "lock file read", 0.11},
                     {"build", State::kRunning, "make", 1.4},
                     {"post_build", State::kWaiting, "", 0},
                     {"release", State::kFailed, "no config for staging", 0}};
  pipeline.releases = {{"v43", "b20771c", "GREETING", "", true, false},
                       {"v42", "b20771c", "", "crashed at start", false, true},
                       {"v41", "8d11e04", "DATABASE_URL", "", false, false}};
  return pipeline;
}

Wires MakeWires() {
  Wires wires{"Attached resources", {}};
  wires.wires = {{"web",
                  "database",
                  "postgres at 127.0.0.1:20017",
                  "attached",
                  0.4,
                  3,
                  20,
                  0,
                  false,
                  {"SQLite", "PostgreSQL B"}},
                 {"web", "cache", "redis at 127.0.0.1:20018", "refused", 0, 5, 5, 12, true, {}}};
  return wires;
}

Client MakeClient() {
  return {"A user",
          "Who are you? Please log in.",
          false,
          {{"POST /api/v1/sessions", "201, cart of Ada", "web.1", false},
           {"GET /api/v1/sessions/8f1c", "200, 2 items", "web.1", false},
           {"GET /api/v1/sessions/8f1c", "404, no such session", "web.2", true}}};
}

Curve MakeCurve() {
  Curve curve{"Requests per second over processes", "processes", "requests/s", {}, "", "", 0, 0};
  curve.lines = {{"measured", 0, {{1, 410}, {2, 790}, {3, 800}, {4, 795}}, true, false},
                 {"fitted law", 2, {{1, 410}, {2, 780}, {3, 802}, {4, 796}}, false, false},
                 {"your guess", 3, {{1, 400}, {2, 800}, {3, 1200}, {4, 1600}}, false, true}};
  curve.note = "This machine has 2 cores: processor work stops growing there.";
  curve.draw_action = "guess";
  return curve;
}

Formula MakeFormula() {
  Formula formula{"Capacity", {}, {}};
  formula.inputs = {{"users", "users", "", 100e6, 1e3, 1e9, true},
                    {"latency", "response time", "ms", 100, 1, 2000, false}};
  formula.rows = {{"peak", "30,000,000 × 50 × 3 / 86,400 s", "52,083 /s", false},
                  {"instances", "52,083 / 10", "5,209", true}};
  return formula;
}

Waterfall MakeWaterfall() {
  const TimePoint start = SceneStart();
  return {"One trace",
          "4bf92f3577b34da6",
          {{"web.1", "POST /api/v1/jobs", start, start + milliseconds(12), 0, false},
           {"queue", "waits", start + milliseconds(8), start + milliseconds(60), 1, false},
           {"worker.1", "job count", start + milliseconds(60), start + milliseconds(95), 2, true}},
          start,
          start + milliseconds(100)};
}

TablePanel MakeTable() {
  return {"Where the secret was seen",
          {"place", "seen", "how"},
          {{"log lines", "yes", "connect failed: postgres://app:s3cr3t@…"},
           {"answers", "no", ""},
           {"/proc/PID/environ", "by the same user", "as the factor says"}},
          {{Mark::kNone, Mark::kBad, Mark::kBad}, {Mark::kNone, Mark::kGood}, {}}};
}

}  // namespace

Scene PicturesScene(int which) {
  Scene scene = DisposabilityScene({.compare = false});
  std::vector<Panel> own;
  switch (which) {
    case 0:
      own = {MakeGraph(), MakePipeline(), MakeWires()};
      break;
    case 1:
      own = {
          MakeClient(), MakeTable(), MakeWaterfall(),
          Code{
              "The part", "diff", " int port = 8000;\n-listen(port);\n+listen(config.port);", {3}}};
      break;
    default:
      own = {MakeCurve(), MakeFormula(),
             Histogram{"Start times", "ms", {20, 21, 22, 22, 23, 24, 31, 60}, 58, "limit 58 ms"}};
  }
  scene.panels.insert(scene.panels.begin() + 1, own.begin(), own.end());
  return scene;
}

}  // namespace twelve

#include <fmt/core.h>

#include "tests/gui/scenes.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

class Dice {
 public:
  explicit Dice(std::mt19937& random) : random_(random) {}
  int Up(int to) { return static_cast<int>(random_() % static_cast<unsigned>(to + 1)); }
  bool Coin() { return Up(1) == 1; }
  std::string Text(int longest) {
    static const char* kWords[] = {"",
                                   "a",
                                   "SIGTERM",
                                   "0 of 312 requests failed",
                                   "→",
                                   "ü",
                                   "%s %n",
                                   "##",
                                   "averyveryverylongwordwithoutanyblank"};
    std::string text;
    for (int i = Up(longest); i > 0; i--) {
      text += kWords[Up(8)];
      text += ' ';
    }
    return text;
  }
  TimePoint Time() { return SceneStart() + milliseconds(Up(30000) - 10000); }

 private:
  std::mt19937& random_;
};

Lanes RandomLanes(Dice& dice) {
  Lanes lanes;
  lanes.from = SceneStart();
  lanes.to = SceneStart() + milliseconds(dice.Up(20000));
  for (int i = dice.Up(14); i > 0; i--) {
    Lane lane;
    lane.name = "web." + std::to_string(i);
    for (int b = dice.Up(400); b > 0; b--) {
      const TimePoint at = dice.Time();
      lane.bars.push_back(
          {at, at + milliseconds(dice.Up(900)), static_cast<Outcome>(dice.Up(9)), dice.Coin()});
    }
    for (int s = dice.Up(5); s > 0; s--) {
      lane.states.push_back({dice.Time(), static_cast<ProcessState>(dice.Up(5)), dice.Text(4)});
    }
    if (dice.Coin()) {
      lane.end = dice.Time();
    }
    lanes.lanes.push_back(lane);
  }
  for (int m = dice.Up(9); m > 0; m--) {
    lanes.markers.push_back({dice.Time(), dice.Text(3), "", dice.Coin()});
  }
  return lanes;
}

Stage RandomStage(Dice& dice) {
  Stage stage;
  stage.title = dice.Text(2);
  stage.load_note = dice.Text(4);
  const char* types[] = {"web", "worker", "clock", "release"};
  for (int i = dice.Up(40); i > 0; i--) {
    ProcessCard card;
    card.status.type = types[dice.Up(3)];
    card.status.name = fmt::format("{}.{}", card.status.type, i);
    card.status.pid = dice.Up(99999);
    card.status.state = static_cast<ProcessState>(dice.Up(5));
    card.status.paused = dice.Up(5) == 0;
    card.status.reason = dice.Text(5);
    card.requests_per_second = dice.Up(90);
    card.release = dice.Coin() ? "as built" : dice.Text(2);
    card.note = dice.Up(3) == 0 ? dice.Text(6) : "";
    for (int h = dice.Up(6); h > 0; h--) {
      card.status.history.push_back(
          {dice.Time(), static_cast<ProcessState>(dice.Up(5)), dice.Text(6)});
    }
    stage.load_per_second += card.requests_per_second;
    stage.cards.push_back(card);
  }
  return stage;
}

TimeSeries RandomChart(Dice& dice) {
  TimeSeries chart{dice.Text(2), dice.Coin() ? "ms" : "", {}, {}, SceneStart(), SceneStart()};
  chart.to += milliseconds(dice.Up(20000));
  for (int s = dice.Up(4); s > 0; s--) {
    Series series{dice.Text(1), dice.Up(7), {}};
    const int count = dice.Up(3000);
    for (int i = 0; i < count; i++) {
      series.points.emplace_back(SceneStart() + milliseconds(7 * i), dice.Up(100000) / 7.0);
    }
    chart.series.push_back(series);
  }
  return chart;
}

std::vector<StepView> RandomSteps(Dice& dice) {
  std::vector<StepView> steps(static_cast<std::size_t>(dice.Up(9)));
  for (StepView& step : steps) {
    step.title = dice.Text(4);
    step.predict = dice.Text(12);
    step.action = dice.Text(3);
    step.observed = dice.Text(5);
    step.explain = dice.Text(30);
    step.answers = {dice.Text(3), dice.Text(8)};
    step.phase = static_cast<StepPhase>(dice.Up(3));
    step.done = dice.Coin();
    if (dice.Coin()) {
      step.chosen = dice.Up(3);
      step.held = dice.Coin();
    }
  }
  return steps;
}

}  // namespace

Scene RandomScene(std::mt19937& random) {
  Dice dice(random);
  Scene scene;
  scene.factor = 9;
  scene.now = SceneStart() + milliseconds(9000);
  scene.error = dice.Up(3) == 0 ? dice.Text(20) : "";
  scene.busy = dice.Up(2) == 0 ? dice.Text(6) : "";
  scene.steps = RandomSteps(dice);
  scene.current_step = dice.Up(9);
  for (int i = dice.Up(12); i > 0; i--) {
    ControlView control;
    control.kind = static_cast<ControlView::Kind>(dice.Up(2));
    control.id = "violate";
    control.target = dice.Coin() ? "web.1" : "x";
    control.label = dice.Text(2);
    control.value = dice.Up(1);
    control.max = dice.Up(1000);
    control.enabled = dice.Coin();
    control.destructive = dice.Coin();
    scene.controls.push_back(control);
  }
  const auto sometimes = [&](Panel panel) {
    if (dice.Up(5) != 0) {
      scene.panels.push_back(std::move(panel));
    }
  };
  sometimes(
      VerdictPanel{static_cast<Outlook>(dice.Up(3)), dice.Text(6), dice.Text(6), dice.Text(9)});
  sometimes(RandomLanes(dice));
  Compare compare;
  compare.left = {dice.Text(2), dice.Text(4), dice.Coin(), RandomLanes(dice)};
  compare.right = {dice.Text(2), dice.Text(4), dice.Coin(), {}};
  sometimes(compare);
  sometimes(RandomStage(dice));
  sometimes(RandomChart(dice));
  sometimes(RandomChart(dice));
  sometimes(LogStreamPanel{
      "Logs", dice.Coin() ? MakeLog(static_cast<std::size_t>(dice.Up(300))) : nullptr});
  EnvEditor editor;
  editor.note = dice.Text(8);
  for (int i = dice.Up(30); i > 0; i--) {
    editor.rows.push_back(
        {"NAME_" + std::to_string(i), dice.Text(3), dice.Text(2), dice.Coin(), dice.Coin()});
  }
  sometimes(editor);
  ProcessTablePanel table{"Processes", {}, dice.Text(4)};
  for (int i = dice.Up(40); i > 0; i--) {
    ProcessInfo info;
    info.pid = i;
    info.command = dice.Text(9);
    table.rows.push_back(info);
  }
  sometimes(table);
  sometimes(TablePanel{"Table", {"a", "b"}, {{dice.Text(2), dice.Text(3)}, {dice.Text(1)}}});
  Timeline timeline;
  for (int i = dice.Up(40); i > 0; i--) {
    timeline.rows.push_back({dice.Time(), dice.Text(9), dice.Coin()});
  }
  sometimes(timeline);
  return scene;
}

}  // namespace twelve

#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "app/desktop/window_model.h"
#include "factors/scene.h"

namespace twelve {

// Scenes made by hand whose numbers add up: what the bars show is what the sentences say, what the
// cards answer is what the stage sums up.

/// Moment zero of every scene.
TimePoint SceneStart();

struct SceneOptions {
  int processes = 3;
  bool compare = true;  // both runs are there
  bool broken_only_left = false;
  StepPhase phase = StepPhase::kDo;
  std::string error = {};
  std::string busy = {};
};
Scene DisposabilityScene(const SceneOptions& options = {});
/// Three process types, 20 processes, for folding and the bench.
Scene CrowdedScene();
/// One of each picture that only some factors need: `which` of 0, 1 or 2.
Scene PicturesScene(int which);
/// Nothing has started yet.
Scene EmptyScene();
/// Values drawn at random, within what an experiment can produce and beyond what is pretty.
Scene RandomScene(std::mt19937& random);

/// A log of `lines` lines with some warnings and errors, at fixed wall times.
std::shared_ptr<LogStore> MakeLog(std::size_t lines);
void AppendLog(LogStore& store, std::size_t from, std::size_t lines);

/// Requests on one lane: `rate` a second, each `busy` long; those that are in flight at `cut_at`
/// fail there and no more come.
Lane MakeLane(const std::string& name, Duration length, double rate, Duration busy,
              std::optional<Duration> cut_at, std::optional<Duration> drained_at);
std::size_t FailedBars(const Lanes& lanes);
std::size_t Bars(const Lanes& lanes);

/// A WindowModel that shows given scenes and notes what was posted.
class FakeModel final : public WindowModel {
 public:
  FakeModel();

  std::span<const Factor> Factors() const override { return factors_; }
  const Result<Lesson>& LessonOf(int factor) const override {
    return lessons_[static_cast<std::size_t>(factor - 1)];
  }
  std::shared_ptr<const Scene> Latest(int factor) const override {
    return factor == 9 ? scene_ : nullptr;
  }
  void Start(int factor) override { started.push_back(factor); }
  void Stop(int factor) override {
    stopped.push_back(factor);
    scene_ = nullptr;
  }
  void Post(int, Action action) override { posted.push_back(std::move(action)); }

  void StartCheck(std::string service, std::vector<std::string> only) override {
    checked.push_back(std::move(service));
    checked_only = std::move(only);
  }
  void StopCheck() override { check_stopped = true; }
  std::shared_ptr<const CheckSnapshot> LatestCheck() const override { return check_; }
  std::string ReferenceService() const override { return "twelve-service web"; }

  void ShowCheck(CheckSnapshot snapshot) {
    check_ = std::make_shared<const CheckSnapshot>(std::move(snapshot));
  }
  void Show(Scene scene) { scene_ = std::make_shared<const Scene>(std::move(scene)); }
  void ShowNothing() { scene_ = nullptr; }
  /// Every factor gets this text, so that pictures do not change with the lessons.
  void UseLesson(std::string_view markdown);

  std::vector<Action> posted;
  std::vector<int> started, stopped;
  std::vector<std::string> checked, checked_only;
  bool check_stopped = false;

 private:
  std::vector<Factor> factors_;
  std::vector<Result<Lesson>> lessons_;
  std::shared_ptr<const Scene> scene_;
  std::shared_ptr<const CheckSnapshot> check_;
};

}  // namespace twelve

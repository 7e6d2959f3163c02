#include "app/session/experiment_session.h"

#include <atomic>
#include <deque>
#include <thread>
#include <utility>

#include "harness/base/mutex.h"

namespace twelve {
namespace {

// Scenes a second while nothing is done by hand: enough for lanes that move, cheap to build.
constexpr Duration kTick = std::chrono::milliseconds(100);

}  // namespace

class ExperimentSession::Worker {
 public:
  Worker(std::unique_ptr<Experiment> experiment, int factor, const Clock& clock, MakeRig make_rig,
         Wake wake)
      : experiment_(std::move(experiment)),
        factor_(factor),
        clock_(clock),
        make_rig_(std::move(make_rig)),
        wake_(std::move(wake)) {
    auto first = std::make_shared<Scene>();
    first->now = clock_.Now();
    first->factor = factor_;
    first->busy = "starting processes";
    latest_ = std::move(first);
    thread_ = std::thread([this] { Run(); });
  }

  ~Worker() {
    cancelled_ = true;
    thread_.join();
  }

  void Post(Action action) {
    MutexLock lock(mutex_);
    inbox_.push_back(std::move(action));
    posted_ = true;
  }

  std::shared_ptr<const Scene> Latest() const {
    MutexLock lock(mutex_);
    return latest_;
  }

 private:
  void Run() {
    Result<std::unique_ptr<Rig>> rig = make_rig_([this] { return cancelled_.load(); });
    if (!rig) return Fail(rig.error());
    experiment_->SetProgress(
        [this, &rig] { Publish(std::make_shared<Scene>(experiment_->Observe(**rig))); });
    if (Status begun = experiment_->Begin(**rig); !begun) return Fail(begun.error());
    while (!cancelled_) {
      for (std::optional<Action> action = Next(); action; action = Next()) {
        // What went wrong is part of the next scene.
        (void)experiment_->Apply(**rig, *action);
      }
      experiment_->Tick(**rig);
      Publish(std::make_shared<Scene>(experiment_->Observe(**rig)));
      (void)(*rig)->WaitUntil([this] { return posted_.load(); },
                              Deadline::After((*rig)->clock(), kTick));
    }
    // Its handles end their processes, so it goes before the rig.
    experiment_.reset();
  }

  std::optional<Action> Next() {
    MutexLock lock(mutex_);
    posted_ = false;
    if (inbox_.empty()) return std::nullopt;
    Action action = std::move(inbox_.front());
    inbox_.pop_front();
    return action;
  }

  void Publish(std::shared_ptr<const Scene> scene) {
    {
      MutexLock lock(mutex_);
      latest_ = std::move(scene);
    }
    if (wake_) wake_();
  }

  void Fail(const Error& error) {
    experiment_.reset();
    auto scene = std::make_shared<Scene>();
    scene->now = clock_.Now();
    scene->factor = factor_;
    scene->error = error.message;
    Publish(std::move(scene));
  }

  std::unique_ptr<Experiment> experiment_;
  const int factor_;
  const Clock& clock_;
  const MakeRig make_rig_;
  const Wake wake_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> posted_{false};
  mutable Mutex mutex_;
  std::deque<Action> inbox_ TWELVE_GUARDED_BY(mutex_);
  std::shared_ptr<const Scene> latest_ TWELVE_GUARDED_BY(mutex_);
  std::thread thread_;
};

ExperimentSession::ExperimentSession(std::unique_ptr<Experiment> experiment, int factor,
                                     const Clock& clock, MakeRig make_rig, Wake wake)
    : worker_(std::make_unique<Worker>(std::move(experiment), factor, clock, std::move(make_rig),
                                       std::move(wake))) {}
ExperimentSession::~ExperimentSession() = default;

void ExperimentSession::Post(Action action) {
  worker_->Post(std::move(action));
}

std::shared_ptr<const Scene> ExperimentSession::Latest() const {
  return worker_->Latest();
}

}  // namespace twelve

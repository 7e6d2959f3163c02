#pragma once

#include <functional>
#include <memory>
#include <string>

#include "factors/experiment.h"
#include "harness/base/clock.h"
#include "harness/rig/rig.h"

namespace twelve {

/// Runs an experiment on a thread of its own. The window posts actions and reads the latest scene;
/// it never waits for a process, a socket or a disk.
///
/// Threads: Post, Latest and the constructor from the window's thread.
/// Owns:    the worker thread, the rig and the experiment. The destructor cancels, stops every
///          process and joins.
/// Errors:  a rig or an experiment that cannot begin is a Scene whose `error` says so.
class ExperimentSession {
 public:
  using MakeRig =
      std::function<Result<std::unique_ptr<Rig>>(const std::function<bool()>& cancelled)>;
  /// Called from the worker when a new scene is there; must not block.
  using Wake = std::function<void()>;

  ExperimentSession(std::unique_ptr<Experiment> experiment, int factor, const Clock& clock,
                    MakeRig make_rig, Wake wake);
  ~ExperimentSession();
  ExperimentSession(const ExperimentSession&) = delete;
  ExperimentSession& operator=(const ExperimentSession&) = delete;

  void Post(Action action);
  /// Never null.
  std::shared_ptr<const Scene> Latest() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace twelve

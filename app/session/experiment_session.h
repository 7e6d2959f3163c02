#pragma once

#include <memory>
#include <string>

#include "factors/experiment.h"
#include "factors/factor.h"
#include "harness/base/mutex.h"
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
  using Wake = std::function<void()>;  // called from the worker when a new scene is there

  ExperimentSession(std::unique_ptr<Experiment> experiment, int factor, MakeRig make_rig,
                    Wake wake);
  ~ExperimentSession();

  void Post(Action action);
  /// Never null.
  std::shared_ptr<const Scene> Latest() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace twelve

#pragma once

#include <memory>
#include <string>

#include "factors/09_disposability/judge.h"
#include "factors/lab/lab.h"

namespace twelve::disposability {

/// Something that is being done to the processes, and watched until it has come to its end.
/// Usage: call Advance after each batch of events until it returns true, then read result().
///
/// Threads: the experiment's. Errors: what goes wrong is part of the result.
class StepRun {
 public:
  virtual ~StepRun() = default;
  /// True when it is over.
  virtual bool Advance(Lab& lab) = 0;
  /// What it waits for, for the screen: "waiting for web.2 to end, 3.1 s of 5 s".
  virtual std::string Waiting(const Lab& lab) const = 0;
  const StepResult& result() const { return result_; }

 protected:
  StepResult result_;
};

/// The deploy that the steps work on.
inline Deploy& Web(const Lab& lab) {
  return *lab.deploys.front();
}

/// Advances `run` to its end, showing what it waits for.
StepResult RunToEnd(Lab& lab, std::unique_ptr<StepRun> run);

std::unique_ptr<StepRun> MakeTermRun(const std::string& process);
std::unique_ptr<StepRun> MakeKillRun(const std::string& process);
std::unique_ptr<StepRun> MakePauseRun(const std::string& process);
/// To count + 2, then to count - 1, then back.
std::unique_ptr<StepRun> MakeScaleRun();
/// Launches `service` five times, one after the other.
std::unique_ptr<StepRun> MakeStartRun();
/// `sh -c "service; true"`, then SIGTERM to the shell.
std::unique_ptr<StepRun> MakeWrapperRun();

/// Three jobs lose their worker to SIGTERM, SIGKILL and SIGSTOP; each must take effect once.
StepResult RunWorkerStep(Lab& lab);
/// SIGTERM to a process that has just been launched.
StepResult RunBootStep(Lab& lab);
/// SIGINT, as a developer's Ctrl+C, to a process that is answering.
StepResult RunInterruptStep(Lab& lab);

/// A process like those of the deploy, outside it: own port, own directory.
Result<std::unique_ptr<Instance>> LaunchApart(Lab& lab, const std::string& name,
                                              std::vector<std::string> argv, std::uint16_t& port);

}  // namespace twelve::disposability

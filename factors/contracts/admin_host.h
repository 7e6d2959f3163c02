#pragma once

#include <functional>

#include "factors/contracts/port_binder.h"
#include "factors/contracts/termination.h"

namespace twelve {

/// What surrounds a one-off task: from the command line that names it to the exit code that says
/// how it went.
///
/// Threads: main only.
class AdminHost {
 public:
  /// What the surroundings could want of the process that the task is in.
  struct Process {
    TerminationHandling& termination;
    PortBinder& binder;
    std::string host;  // of the configuration; a task has no use for it
    std::uint16_t port = 0;
  };
  virtual ~AdminHost() = default;
  /// Does `task`, which gives its exit code; the exit code of the process.
  virtual int Run(const std::function<int()>& task, Process& process) = 0;
};

}  // namespace twelve

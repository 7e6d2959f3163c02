#pragma once

#include "factors/contracts/boot_step.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Violation of factor VIII, "pidfile": writes its process id into app.pid, as if it were its own
/// manager. The platform knows the id already.
class PidFileBoot final : public BootStep {
 public:
  static constexpr const char* kFile = "app.pid";
  ~PidFileBoot() override;
  Status Run(TerminationHandling& termination) override;

 private:
  bool ours_ = false;
};

/// Violation of factor VIII, "flock-singleton": holds a lock on app.flock, so that there is never
/// more than one. The lock ends with the process, but a second one cannot even start.
class SingletonBoot final : public BootStep {
 public:
  static constexpr const char* kFile = "app.flock";
  Status Run(TerminationHandling& termination) override;

 private:
  UniqueFd lock_;
};

/// Violation of factor VIII, "zombie-maker": starts helpers and never asks how they ended. Each
/// keeps its place in the table of processes.
class ZombieBoot final : public BootStep {
 public:
  static constexpr int kHelpers = 3;
  Status Run(TerminationHandling& termination) override;
};

/// Violation of factor VIII, "broken-worker-type": the type is declared and cannot start.
class BrokenWorkerBoot final : public BootStep {
 public:
  Status Run(TerminationHandling& termination) override;
};

}  // namespace twelve

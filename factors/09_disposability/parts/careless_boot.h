#pragma once

#include <string>

#include "factors/contracts/boot_step.h"

namespace twelve {

/// Violation of factor IX, "slow-boot": does for 12 seconds what could be done later, or at build
/// time. A deploy, a restart and a scale-up all wait for it.
class SlowBoot final : public BootStep {
 public:
  static constexpr std::chrono::seconds kTakes{12};
  Status Run(TerminationHandling& termination) override;
};

/// Violation of factor IX, "boot-ignores-term": for 3 seconds it makes itself ready and looks at
/// nothing else; a SIGTERM that came meanwhile is thrown away. A deploy that changes its mind waits
/// until SIGKILL.
class DeafBoot final : public BootStep {
 public:
  static constexpr std::chrono::seconds kTakes{3};
  Status Run(TerminationHandling& termination) override;
};

/// Violation of factor IX, "stale-lock": a lock file that only a clean exit removes. After SIGKILL
/// somebody has to remove it by hand before the service starts again.
class LockFileBoot final : public BootStep {
 public:
  static constexpr const char* kFile = "app.lock";
  ~LockFileBoot() override;
  Status Run(TerminationHandling& termination) override;

 private:
  bool ours_ = false;
};

}  // namespace twelve

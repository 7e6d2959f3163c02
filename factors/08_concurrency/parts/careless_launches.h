#pragma once

#include "factors/contracts/launch_style.h"

namespace twelve {

/// Violation of factor VIII, "daemonize": goes to the background with a double fork. The process
/// that was started ends with 0 at once; whoever started it believes that the service is over, and
/// starts another one beside it.
class DaemonizedLaunch final : public LaunchStyle {
 public:
  Status Enter(const std::vector<std::string>& command) override;
};

/// Violation of factor VIII, "orphan-worker": a master starts one worker, which serves, and passes
/// its signals on. But the worker does not notice when the master is gone: after SIGKILL of the
/// master it serves on, and holds the port.
class OrphaningLaunch final : public LaunchStyle {
 public:
  Status Enter(const std::vector<std::string>& command) override;
};

}  // namespace twelve

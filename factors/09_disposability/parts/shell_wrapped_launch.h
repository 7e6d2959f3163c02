#pragma once

#include "factors/contracts/launch_style.h"

namespace twelve {

/// Violation of factor IX, "shell-wrapper": becomes `/bin/sh -c "COMMAND; true"`, which runs the
/// service as a child. SIGTERM ends the shell and never reaches the service.
class ShellWrappedLaunch final : public LaunchStyle {
 public:
  /// Returns only when the shell could not be started.
  Status Enter(const std::vector<std::string>& command) override;

  /// The shell's line; each word is quoted.
  static std::string Line(const std::vector<std::string>& command);
};

}  // namespace twelve

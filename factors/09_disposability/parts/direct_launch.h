#pragma once

#include "factors/contracts/launch_style.h"

namespace twelve {

/// Factor IX: the process that was started is the one that serves, so it is also the one that
/// gets the signals.
class DirectLaunch final : public LaunchStyle {
 public:
  Status Enter(const std::vector<std::string>& /*command*/) override { return {}; }
};

}  // namespace twelve

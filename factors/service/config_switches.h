#pragma once

#include <span>

#include "factors/service/violation_switches.h"

namespace twelve {

/// Switches of what a deploy is made of: its config, its release and its likeness to the others.
std::span<const ViolationSwitch> ConfigSwitches();

}  // namespace twelve

#pragma once

#include <span>

#include "factors/service/violation_switches.h"

namespace twelve {

/// Switches of where events go.
std::span<const ViolationSwitch> LogSwitches();

}  // namespace twelve

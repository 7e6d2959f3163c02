#pragma once

#include <span>

#include "factors/service/violation_switches.h"

namespace twelve {

/// Switches of how processes start, work together and end: factors VIII, IX and XII.
std::span<const ViolationSwitch> ProcessSwitches();

}  // namespace twelve

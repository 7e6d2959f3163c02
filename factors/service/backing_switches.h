#pragma once

#include <span>

#include "factors/service/violation_switches.h"

namespace twelve {

/// Switches of factors IV and VI: what is attached, and what is kept in it.
std::span<const ViolationSwitch> BackingSwitches();

}  // namespace twelve

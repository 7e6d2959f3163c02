#pragma once

#include <span>

#include "factors/service/violation_switches.h"

namespace twelve {

/// Switches of what serves: the port, the server behind it, and the routes behind that.
std::span<const ViolationSwitch> WebSwitches();

}  // namespace twelve

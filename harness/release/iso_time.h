#pragma once

#include <string>

#include "harness/base/clock.h"

namespace twelve {

/// "2024-05-01T12:00:07Z", as records have it.
std::string IsoTime(WallTime wall);

}  // namespace twelve

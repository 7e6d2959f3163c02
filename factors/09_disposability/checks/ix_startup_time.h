#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// IX-startup-time. Facts: samples_ms, never_ms (how long was waited in vain; 0 when it started),
/// reproduction.
const Check& StartupTimeCheck();

}  // namespace twelve

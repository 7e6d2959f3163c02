#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// VII-port-env. Facts: variable, attempts {told, answered, status, listeners {address, port,
/// pid}}, reproduction.
const Check& PortEnvCheck();

}  // namespace twelve

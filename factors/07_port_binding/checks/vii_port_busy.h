#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// VII-port-busy. Facts: port, ended, failed (not exit 0), exit, after_ms, message (the line of its
/// output that speaks of the port), listeners {address, port, pid}, reproduction.
const Check& PortBusyCheck();

}  // namespace twelve

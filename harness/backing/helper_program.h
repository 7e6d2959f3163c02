#pragma once

#include <string>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/process/process_spec.h"
#include "harness/rig/rig.h"

namespace twelve {

/// Runs a program to its end; what it writes to stdout is thrown away. `what` is what it does, for
/// messages: "initdb". kClosed when it does not exit with 0, with the last line that it wrote to
/// stderr; kTimeout at the deadline, when it is killed.
Status RunHelper(Rig& rig, const std::string& what, ProcessSpec spec, Deadline deadline);

}  // namespace twelve

#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// XI-stdout-events. Facts: marker (MarkerTrace), stdout_lines, stderr_lines, example (a line of
/// its output, or empty), reproduction.
const Check& StdoutEventsCheck();

}  // namespace twelve

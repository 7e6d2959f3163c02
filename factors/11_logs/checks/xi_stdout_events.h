#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// XI-stdout-events. Facts: marker (MarkerTrace), stdout_lines, stderr_lines, files (that hold the
/// marker), reproduction.
const Check& StdoutEventsCheck();

}  // namespace twelve

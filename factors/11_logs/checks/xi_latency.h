#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// XI-latency. Facts: markers (MarkerTrace each), reproduction.
const Check& LogLatencyCheck();

}  // namespace twelve

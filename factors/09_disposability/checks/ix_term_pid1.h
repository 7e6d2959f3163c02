#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// IX-term-pid1. Facts: signal, pre_stop_delay_ms, plain (StopSample), pid1 (StopSample each),
/// reproduction.
const Check& TermPid1Check();

}  // namespace twelve

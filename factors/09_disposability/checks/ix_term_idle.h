#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// IX-term-idle. Facts: signal, pre_stop_delay_ms, samples (StopSample each), reproduction.
const Check& TermIdleCheck();

}  // namespace twelve

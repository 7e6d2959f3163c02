#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// IX-term-wrapper. Facts: signal, pre_stop_delay_ms, samples (StopSample each), shell (the shell
/// syntax that made Twelve use sh -c, or empty), reproduction.
const Check& TermWrapperCheck();

}  // namespace twelve

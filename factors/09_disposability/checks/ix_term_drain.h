#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// IX-term-drain. Facts: signal, pre_stop_delay_ms, control {status, took_ms, bytes}, runs
/// {outcome, status, bytes, problem, signal_ms, answer_ms, gone, gone_ms, exit}, reproduction.
const Check& TermDrainCheck();

}  // namespace twelve

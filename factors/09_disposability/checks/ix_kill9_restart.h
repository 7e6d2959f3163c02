#pragma once

#include "harness/conformance/check.h"

namespace twelve {

/// IX-kill9-restart. Facts: first_ms, restarts {ready, ready_ms, problem}, pid_namespace (the same,
/// as PID 1; empty when it was not tried), reproduction.
const Check& Kill9RestartCheck();

}  // namespace twelve

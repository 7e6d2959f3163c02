#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kAdminProcessesViolations[] = {
    {"admin-binds-port", 12, "takes the web process's port for an admin task",
     "XII-one-off-runs=FAIL", ""},
    {"admin-default-config", 12,
     "runs admin tasks on a database of its own when the configured one is away",
     "XII-exit-code=FAIL", "XII-same-config"},
    {"admin-exit-0", 12, "ends admin tasks with 0, whatever became of them", "XII-exit-code=FAIL",
     "XII-one-off-runs"},
    {"admin-hangs", 12, "never ends an admin task", "XII-one-off-runs=FAIL",
     "XII-exit-code,XII-same-config,XII-same-release"},
    {"migrate-not-idempotent", 12, "migrates once, and fails the second time",
     "XII-one-off-runs=WARN", ""},
};

}  // namespace twelve

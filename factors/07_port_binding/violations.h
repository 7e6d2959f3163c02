#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kPortBindingViolations[] = {
    {"hardcode-port", 7, "binds port 8080, whatever PORT says", "VII-port-env=FAIL",
     "VII-port-busy,VII-port-bad-value,VIII-n-start,III-env-effective"},
    {"ignore-listen-error", 7, "ends with exit code 0 when its port is taken", "VII-port-busy=FAIL",
     ""},
    {"port-fallback", 7, "takes the next free port when its port is taken", "VII-port-busy=FAIL",
     "VIII-n-start"},
};

}  // namespace twelve

#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kPortBindingViolations[] = {
    {"bind-loopback", 7, "serves on 127.0.0.1 alone, whatever HOST says", "VII-all-interfaces=FAIL",
     "III-env-effective"},
    {"debug-port", 7, "answers as a debugger on a second port, 9229", "VII-extra-ports=FAIL",
     "VIII-n-start"},
    {"drop-traceparent", 7, "begins a trace of its own for every request",
     "B-health-telemetry=WARN", ""},
    {"fastcgi-only", 7, "speaks FastCGI on its port, and no HTTP", "VII-http-native=FAIL",
     "VII-port-env,XI-stdout-events,XI-latency,IX-term-drain,IX-term-idle"},
    {"hardcode-port", 7, "binds port 8080, whatever PORT says", "VII-port-env=FAIL",
     "VII-port-busy,VII-port-bad-value,VIII-n-start,III-env-effective"},
    {"ignore-listen-error", 7, "ends with exit code 0 when its port is taken", "VII-port-busy=FAIL",
     ""},
    {"no-health", 7, "has no path to ask whether it lives or is ready", "B-health-telemetry=WARN",
     "B-api-contract,IX-startup-time,IX-term-drain,IX-term-refuse-new"},
    {"no-reuseaddr", 7, "cannot have its port again for a minute after its end", "VII-rebind=FAIL",
     "IX-kill9-restart,VII-port-env"},
    {"openapi-drift", 7, "has lost a path that its OpenAPI document still promises",
     "B-api-contract=FAIL", "V-release-id"},
    {"port-fallback", 7, "takes the next free port when its port is taken", "VII-port-busy=FAIL",
     "VIII-n-start"},
    {"port-nan-default", 7, "takes any port when PORT is no number", "VII-port-bad-value=FAIL",
     "III-fail-fast"},
    {"port-random-default", 7, "takes any port, another at each start, when PORT is not set",
     "VII-port-bad-value=FAIL", ""},
};

}  // namespace twelve

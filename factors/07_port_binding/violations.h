#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kPortBindingViolations[] = {
    {"bind-loopback", 7, "serves on 127.0.0.1 alone, whatever HOST says", "VII-all-interfaces=FAIL",
     "III-env-effective"},
    {"debug-port", 7, "answers as a debugger on a second port, 9229", "VII-extra-ports=FAIL",
     "VIII-n-start"},
    {"fastcgi-only", 7, "speaks FastCGI on its port, and no HTTP", "VII-http-native=FAIL",
     "VII-port-env,XI-stdout-events,XI-latency,IX-term-drain,IX-term-idle"},
    {"hardcode-port", 7, "binds port 8080, whatever PORT says", "VII-port-env=FAIL",
     "VII-port-busy,VII-port-bad-value,VIII-n-start,III-env-effective"},
    {"ignore-listen-error", 7, "ends with exit code 0 when its port is taken", "VII-port-busy=FAIL",
     ""},
    {"no-reuseaddr", 7, "cannot have its port again for a minute after its end", "VII-rebind=FAIL",
     "IX-kill9-restart,VII-port-env"},
    {"port-fallback", 7, "takes the next free port when its port is taken", "VII-port-busy=FAIL",
     "VIII-n-start"},
    {"port-nan-default", 7, "takes any port when PORT is no number", "VII-port-bad-value=FAIL",
     "III-fail-fast"},
    {"port-random-default", 7, "takes any port, another at each start, when PORT is not set",
     "VII-port-bad-value=FAIL", ""},
};

/// What is behind the paths: rules of factor III, and of the list beyond the twelve.
inline constexpr Violation kRouteViolations[] = {
    {"drop-traceparent", 7, "begins a trace of its own for every request",
     "B-health-telemetry=WARN", ""},
    {"no-health", 7, "has no path to ask whether it lives or is ready", "B-health-telemetry=WARN",
     "B-api-contract,IX-startup-time,IX-term-drain,IX-term-refuse-new"},
    {"openapi-drift", 7, "has lost a path that its OpenAPI document still promises",
     "B-api-contract=FAIL", "V-release-id"},
    {"serves-dotenv", 3, "serves the files of the directory that it runs in, .env among them",
     "III-secret-http=FAIL", ""},
    {"stacktrace-500", 3, "shows its environment in every answer from 500 on",
     "III-secret-http=FAIL", ""},
};

}  // namespace twelve

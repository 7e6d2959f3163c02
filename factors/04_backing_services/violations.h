#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kBackingServicesViolations[] = {
    {"hardcode-db-url", 4, "ignores DATABASE_URL and opens a file that its code names",
     "III-env-effective=FAIL,IV-swap=FAIL",
     "IV-undeclared-egress,IV-locator-fidelity,IV-absent-at-boot,IV-blackhole,IV-detach-reattach,"
     "VI-two-instance,VI-restart-read,VI-kill9-read,VI-file-census,VI-rr-flow,VI-cache-stale,"
     "X-adapter-switch"},
    {"liveness-checks-db", 4, "asks the database when it is asked whether it lives",
     "IV-blackhole=WARN", "IV-absent-at-boot,IV-detach-reattach"},
    {"never-retry", 4, "tries to connect once, when it starts, and never again",
     "IV-absent-at-boot=FAIL", "IV-detach-reattach"},
    {"no-timeout", 4, "waits without a limit for a backing service that does not answer",
     "IV-blackhole=FAIL", "IV-absent-at-boot,IV-detach-reattach"},
    {"one-handle-for-two", 4, "ignores CACHE_URL and keeps its cache in the database",
     "IV-swap=FAIL", "III-env-effective,IV-locator-fidelity"},
    {"parse-url-ignores-port", 4, "connects to the default port, whichever the URL names",
     "IV-locator-fidelity=FAIL",
     "III-env-effective,IV-swap,IV-undeclared-egress,IV-absent-at-boot,IV-blackhole,"
     "IV-detach-reattach"},
    {"phone-home", 4, "connects at its start to an address that no variable names",
     "IV-undeclared-egress=FAIL", ""},
    {"stale-connection", 4, "uses the connection of its start for ever, also when it is dead",
     "IV-detach-reattach=FAIL", "IV-blackhole,IV-absent-at-boot"},
};

}  // namespace twelve

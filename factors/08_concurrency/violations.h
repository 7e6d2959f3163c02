#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kConcurrencyViolations[] = {
    {"broken-worker-type", 8, "has a worker type that cannot start", "VIII-worker-separable=FAIL",
     "IX-job-return"},
    {"daemonize", 8, "goes to the background, and the process that was started ends with 0",
     "VIII-foreground=FAIL",
     "VIII-orphans,VIII-n-start,VII-port-busy,IX-term-idle,IX-term-drain,IX-term-refuse-new,"
     "IX-term-exit-code,IX-term-fanout,IX-term-pid1,IX-term-wrapper,IX-term-during-boot,"
     "IX-kill9-restart"},
    {"flock-singleton", 8, "holds a lock that lets no second one start", "VIII-n-start=FAIL",
     "VII-port-busy,VI-two-instance,VI-rr-flow,VI-file-census"},
    {"in-process-cron", 8, "puts a job every 20 seconds from each of its web processes",
     "VIII-cron-dup=FAIL", ""},
    {"inline-worker", 8, "does jobs inside the web request, and no queue sees them",
     "VIII-worker-separable=FAIL", "IX-job-return,VI-two-instance"},
    {"migrate-on-boot", 8, "makes a table at each web start, without a lock",
     "VIII-n-start=FAIL,VIII-migrate-race=FAIL", "IX-startup-time"},
    {"orphan-worker", 8, "serves from a child that lives on when its master is killed",
     "VIII-orphans=FAIL",
     "IX-term-idle,IX-term-drain,IX-term-fanout,IX-term-exit-code,IX-term-pid1,IX-kill9-restart,"
     "VII-port-busy"},
    {"pidfile", 8, "writes its process id into app.pid", "VIII-pidfile=FAIL", "VI-file-census"},
    {"zombie-maker", 8, "starts helpers and never reaps them", "VIII-orphans=WARN", ""},
};

}  // namespace twelve

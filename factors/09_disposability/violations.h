#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

// The first is what the experiment breaks when nothing else was chosen.
inline constexpr Violation kDisposabilityViolations[] = {
    {"exit-on-sigterm", 9, "ends at once on SIGTERM and cuts the requests in flight",
     "IX-term-drain=FAIL", "IX-term-refuse-new"},
    {"ack-before-work", 9, "acknowledges a job before it has done it", "IX-job-return=FAIL", ""},
    {"boot-ignores-term", 9, "takes 3 seconds to start and throws a SIGTERM of that time away",
     "IX-term-during-boot=FAIL", "IX-term-idle"},
    {"exit-1-on-term", 9, "comes to rest as it should and then exits with 1",
     "IX-term-exit-code=WARN", "IX-kill9-restart,VIII-worker-separable"},
    {"ignore-sigint", 9, "handles SIGTERM alone and dies of SIGINT, with its requests",
     "IX-term-fanout=WARN", ""},
    {"ignore-sigterm", 9, "ignores SIGTERM, so that only SIGKILL ends it", "IX-term-idle=FAIL",
     "IX-term-drain,IX-term-pid1,IX-term-wrapper,IX-term-refuse-new,IX-term-exit-code,"
     "IX-term-fanout,IX-term-during-boot"},
    {"keep-accepting", 9, "serves on for 7 seconds after SIGTERM, as if nothing had been asked",
     "IX-term-refuse-new=FAIL", "IX-term-idle,IX-term-drain,IX-stuck-conns,IX-term-fanout"},
    {"listen-before-ready", 9, "says that it is ready 3 seconds before it is",
     "IX-ready-is-ready=FAIL", "IX-startup-time,VIII-n-start"},
    {"no-term-handler", 9, "leaves SIGTERM to the kernel, which does nothing to a process 1",
     "IX-term-pid1=FAIL", "IX-term-drain,IX-term-refuse-new,IX-term-exit-code"},
    {"non-idempotent-job", 9, "counts a job again each time that it is delivered",
     "IX-job-return=FAIL", ""},
    {"shell-wrapper", 9, "runs behind a shell that does not pass SIGTERM on",
     "IX-term-pid1=FAIL,IX-term-wrapper=FAIL",
     "IX-term-idle,IX-term-drain,IX-term-refuse-new,IX-term-exit-code,IX-term-fanout,"
     "IX-kill9-restart,VII-port-busy,VIII-orphans,VIII-foreground"},
    {"slow-boot", 9, "spends 12 seconds before it opens its port", "IX-startup-time=WARN",
     "IX-term-during-boot,VII-port-busy"},
    {"stale-lock", 9, "refuses to start while app.lock exists, which SIGKILL leaves behind",
     "IX-kill9-restart=FAIL", "VIII-n-start,VII-port-busy,VI-file-census"},
    {"worker-drops-job", 9, "marks unfinished jobs as done when the worker is asked to end",
     "IX-job-return=FAIL", ""},
};

}  // namespace twelve

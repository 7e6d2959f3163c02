#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kDisposabilityViolations[] = {
    {"exit-on-sigterm", 9, "ends at once on SIGTERM and cuts the requests in flight",
     "IX-term-drain=FAIL", "IX-term-refuse-new"},
    {"ignore-sigterm", 9, "ignores SIGTERM, so that only SIGKILL ends it", "IX-term-idle=FAIL",
     "IX-term-drain,IX-term-pid1,IX-term-wrapper,IX-term-refuse-new,IX-term-exit-code,"
     "IX-term-fanout,IX-term-during-boot"},
    {"no-term-handler", 9, "leaves SIGTERM to the kernel, which does nothing to a process 1",
     "IX-term-pid1=FAIL", "IX-term-drain,IX-term-refuse-new,IX-term-exit-code"},
    {"shell-wrapper", 9, "runs behind a shell that does not pass SIGTERM on",
     "IX-term-pid1=FAIL,IX-term-wrapper=FAIL",
     "IX-term-idle,IX-term-drain,IX-term-refuse-new,IX-term-exit-code,IX-term-fanout,"
     "IX-kill9-restart,VII-port-busy,VIII-orphans,VIII-foreground"},
    {"slow-boot", 9, "spends 12 seconds before it opens its port", "IX-startup-time=WARN",
     "IX-term-during-boot,VII-port-busy"},
    {"stale-lock", 9, "refuses to start while app.lock exists, which SIGKILL leaves behind",
     "IX-kill9-restart=FAIL", "VIII-n-start,VII-port-busy,VI-file-census"},
};

}  // namespace twelve

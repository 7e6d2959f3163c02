#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kBuildReleaseRunViolations[] = {
    {"compile-at-boot", 5, "runs the compiler at every start", "V-no-build-at-run=FAIL",
     "IX-startup-time,II-exec-census,II-stripped-path"},
    {"constant-version", 5, "says that its release and its commit are 0.0.0", "V-release-id=FAIL",
     ""},
    {"hot-reload", 5, "starts itself anew when its program file is touched", "V-no-watch=FAIL", ""},
    {"needs-home", 5, "does not start without a HOME that it can write to",
     "V-foreign-surroundings=FAIL", "VI-file-census"},
    {"writes-in-codedir", 5, "keeps a cache beside its program, and does not start without",
     "V-readonly-release=FAIL", "VI-file-census"},
};

}  // namespace twelve

#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kBuildReleaseRunViolations[] = {
    {"bake-config", 5, "has the value of a variable built into it", "V-build-bakes-config=FAIL",
     "III-env-effective", "factors/05_build_release_run/fixtures/bake-config"},
    {"build-embeds-time", 5, "is built with the time in it, so that no two builds are the same",
     "II-build-deterministic=WARN", "", "factors/05_build_release_run/fixtures/build-embeds-time"},
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

#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kBuildReleaseRunViolations[] = {
    {"constant-version", 5, "says that its release and its commit are 0.0.0", "V-release-id=FAIL",
     ""},
};

}  // namespace twelve

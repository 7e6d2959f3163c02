#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kDependenciesViolations[] = {
    {"import-undeclared", 2, "imports a package that its manifest does not name",
     "II-undeclared-import=FAIL", "II-prod-deps-only",
     "factors/02_dependencies/fixtures/import-undeclared"},
    {"no-manifest", 2, "imports packages and names none of them in a manifest",
     "II-manifest-lock=FAIL", "II-undeclared-import,II-prod-deps-only",
     "factors/02_dependencies/fixtures/no-manifest"},
    {"requires-dev-dep", 2, "needs a package that only developers install",
     "II-prod-deps-only=FAIL", "", "factors/02_dependencies/fixtures/requires-dev-dep"},
    {"runtime-mismatch", 2, "names another version of its runtime than it runs on",
     "II-manifest-lock=WARN", "", "factors/02_dependencies/fixtures/runtime-mismatch"},
    {"unpinned-deps", 2, "accepts ranges of versions and has no lock", "II-manifest-lock=FAIL",
     "II-build-deterministic", "factors/02_dependencies/fixtures/unpinned-deps"},
};

}  // namespace twelve

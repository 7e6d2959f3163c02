#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kCodebaseViolations[] = {
    {"import-from-sibling", 1, "imports code from a folder beside its own", "I-untracked-code=FAIL",
     "I-clean-clone,V-foreign-surroundings", "factors/01_codebase/fixtures/import-from-sibling"},
    {"load-untracked-helper", 1, "loads a file that .gitignore hides", "I-untracked-code=FAIL",
     "I-clean-clone", "factors/01_codebase/fixtures/load-untracked-helper"},
    {"needs-uncommitted-file", 1, "reads at its start a file that was never committed",
     "I-clean-clone=FAIL", "I-untracked-code",
     "factors/01_codebase/fixtures/needs-uncommitted-file"},
    {"no-vcs", 1, "has no history: its tree is in no repository", "I-tracked=FAIL",
     "I-clean-clone,I-untracked-code", "factors/01_codebase/fixtures/no-vcs"},
};

}  // namespace twelve

#pragma once

#include <string>

#include "harness/report/finished_report.h"

namespace twelve {

/// JUnit XML in the dialect that the readers of GitLab and Jenkins, and the usual schemas, share:
/// one suite, one testcase a rule, no attribute that one of them refuses.
///
/// A MUST that fails is a failure. INCONCLUSIVE, and a required check that was not measured, is an
/// error: red everywhere. NA, not declared and left out are skipped. JUnit knows no warning: WARN
/// and a failing SHOULD or INFO pass, and stand in the suite's system-out.
std::string JunitReport(const FinishedReport& report);

}  // namespace twelve

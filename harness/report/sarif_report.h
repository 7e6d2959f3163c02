#pragma once

#include <string>

#include "harness/report/finished_report.h"

namespace twelve {

/// SARIF 2.1.0 for code scanning: only what fails is a result, since such readers show any other
/// kind as an open alert. What could not be measured is a notification of the invocation, which is
/// not successful when a MUST is among it.
///
/// A result stands at the line that declares the service. A service given by --cmd has no such
/// line: its results have a logical location only, which GitHub does not take.
std::string SarifReport(const FinishedReport& report);

/// The same for audits: every rule is a result. PASS is kind "pass", WARN "review", INCONCLUSIVE
/// "open", the others "notApplicable" with the reason.
std::string SarifFullReport(const FinishedReport& report);

}  // namespace twelve

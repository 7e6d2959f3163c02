#pragma once

#include <string>

#include "harness/report/finished_report.h"

namespace twelve {

/// Workflow commands of GitHub Actions: one annotation a line, at the line that declares the
/// service where there is one.
///
/// A failing MUST, and what makes the exit code 3, is an error; a failing SHOULD, a WARN and any
/// other INCONCLUSIVE a warning; what is not declared or left out one notice together. GitHub shows
/// ten errors and ten warnings of a step: the rest is in the step summary.
std::string GithubReport(const FinishedReport& report);

}  // namespace twelve

#pragma once

#include <string>

#include "harness/report/finished_report.h"

namespace twelve {

/// GitHub's Markdown: the claim, the four lists, every check in a table, then the evidence folded.
/// Text of the service is escaped: it makes no link, image, mention or HTML. Evidence beyond
/// kMostEvidenceBytes stays out, and a line says so: a step summary may have 1 MiB.
std::string MarkdownReport(const FinishedReport& report);

inline constexpr std::size_t kMostEvidenceBytes = 700'000;

}  // namespace twelve

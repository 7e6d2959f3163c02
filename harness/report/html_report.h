#pragma once

#include <string>

#include "harness/report/finished_report.h"

namespace twelve {

/// One page that needs nothing else: no script, no image, no font from elsewhere; light and dark.
/// The claim, the four lists, every check with its evidence, the times that it measured as a chart,
/// remedy and reproduction. Well-formed XML as well as HTML. Text of the service is content, never
/// markup; a policy in the head forbids scripts and requests even if it were.
std::string HtmlReport(const FinishedReport& report);

}  // namespace twelve

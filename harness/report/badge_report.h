#pragma once

#include <string>

#include "harness/report/finished_report.h"

namespace twelve {

/// An SVG badge with three words at most and no number but that of failing MUSTs: "MUST met",
/// "MUST 2 failing", "not measured". What is not a MUST does not change it.
std::string BadgeReport(const FinishedReport& report);

}  // namespace twelve

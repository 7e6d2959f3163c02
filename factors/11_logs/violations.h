#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kLogsViolations[] = {
    {"buffered-stdout", 11, "keeps its events in a buffer until it is full or the process ends",
     "XI-latency=FAIL", "XI-stdout-events,XI-last-words,III-fail-fast"},
    {"log-to-file-only", 11, "writes its events to app.log and nothing to stdout",
     "XI-stdout-events=FAIL",
     "XI-latency,XI-last-words,XI-no-logfile,VI-file-census,"
     "V-readonly-release"},
};

}  // namespace twelve

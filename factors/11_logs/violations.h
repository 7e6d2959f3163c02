#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kLogsViolations[] = {
    {"ansi-multiline", 11, "writes its events over many lines and in colours", "XI-line-shape=WARN",
     ""},
    {"bad-metrics", 11, "answers GET /metrics with what no collector can read",
     "B-health-telemetry=WARN", ""},
    {"buffered-stdout", 11, "keeps its events in a buffer until it is full or the process ends",
     "XI-latency=FAIL", "XI-stdout-events,XI-last-words,III-fail-fast"},
    {"log-to-file", 11, "writes its events to stdout and to app.log", "XI-no-logfile=FAIL",
     "VI-file-census,V-readonly-release"},
    {"log-to-file-only", 11, "writes its events to app.log and nothing to stdout",
     "XI-stdout-events=FAIL",
     "XI-latency,XI-last-words,XI-no-logfile,VI-file-census,"
     "V-readonly-release"},
    {"lost-on-exit", 11, "forgets at its end the events that it was still collecting",
     "XI-last-words=FAIL", "XI-latency"},
    {"silent", 11, "writes no event", "XI-stdout-events=FAIL", "XI-latency,XI-last-words"},
    {"split-writes", 11, "writes each event a field at a time", "XI-line-shape=FAIL", ""},
    {"syslog-direct", 11, "sends its events to /dev/log and writes nothing to stdout",
     "XI-no-router=FAIL", "XI-stdout-events,XI-latency,XI-last-words"},
};

}  // namespace twelve

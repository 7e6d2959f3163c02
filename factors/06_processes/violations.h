#pragma once

#include "factors/contracts/violation.h"

namespace twelve {

inline constexpr Violation kProcessesViolations[] = {
    {"affinity-cookie", 6, "asks by a cookie to be sent back to the same process",
     "VI-session=WARN", ""},
    {"file-store", 6, "keeps items in items.json beside itself",
     "VI-two-instance=FAIL,VI-restart-read=FAIL",
     "VI-rr-flow,VI-kill9-read,VI-cache-stale,VI-file-census,V-readonly-release,IV-swap,"
     "IV-absent-at-boot,IV-blackhole,IV-detach-reattach"},
    {"infinite-cache", 6, "believes for ever what it has read once", "VI-cache-stale=FAIL",
     "VI-two-instance,VI-rr-flow,IV-swap,IV-blackhole,IV-detach-reattach"},
    {"json-file-db", 6, "appends every change to items.jsonl beside itself", "VI-file-census=FAIL",
     "VI-two-instance,VI-restart-read,VI-rr-flow,VI-kill9-read,VI-cache-stale,V-readonly-release,"
     "IV-swap,IV-absent-at-boot,IV-blackhole,IV-detach-reattach"},
    {"memory-store", 6, "keeps items in its memory", "VI-two-instance=FAIL,VI-restart-read=FAIL",
     "VI-rr-flow,VI-kill9-read,VI-cache-stale,IV-swap,IV-absent-at-boot,IV-blackhole,"
     "IV-detach-reattach"},
    {"session-in-memory", 6, "keeps sessions in its memory", "VI-session=FAIL,VI-rr-flow=FAIL", ""},
    {"upload-to-disk", 6, "keeps files in ./uploads beside itself", "VI-local-files=FAIL",
     "VI-file-census,VI-two-instance,VI-restart-read,V-readonly-release,V-foreign-surroundings"},
    {"write-behind", 6, "acknowledges an item up to 2 seconds before it stores it",
     "VI-kill9-read=FAIL", "VI-two-instance,VI-rr-flow,VI-cache-stale,IX-atomic-write"},
};

}  // namespace twelve

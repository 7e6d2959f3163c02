#pragma once

#include <string>
#include <vector>

#include "factors/service/part_choice.h"
#include "harness/base/result.h"

namespace twelve {

/// A release that is broken on purpose, so that a deploy has something to stop. Each keeps the
/// twelve factors and has a fault such as every team ships one day.
struct BadRelease {
  enum class Kind {
    kCrashAtStart,  // ends with exit code 1 before it listens
    kCrashAfter,    // aborts after so many seconds
    kNeverReady,    // /ready says 503 for ever
    kSlowStart,     // listens only after so many milliseconds
    kErrors,        // answers this part of all requests, 0 to 1, with 500
    kLatency,       // answers each request so many milliseconds late
    kLeak,          // loses so many megabytes of memory each second
    kHang,          // takes requests and answers none, not even /health
  };
  Kind kind = Kind::kCrashAtStart;
  double amount = 0;
};

/// "errors=0.2". Errors: kInvalid, with a sentence that names what there is.
Result<BadRelease> ParseBadRelease(const std::string& text);

/// For --help: a line for each.
std::string BadReleasesAsText();

/// Puts the fault around the parts.
void MakeBad(const BadRelease& bad, PartChoice& parts);

}  // namespace twelve

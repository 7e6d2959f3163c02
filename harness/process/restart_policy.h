#pragma once

#include <optional>

#include "harness/base/clock.h"

namespace twelve {

/// Whether and when an ended process is started again.
struct RestartPolicy {
  enum class When { kNever, kOnFailure, kAlways } when = When::kNever;
  Duration first_delay = std::chrono::milliseconds(200);
  Duration max_delay = std::chrono::seconds(10);
  Duration stable_after = std::chrono::seconds(10);  // a life this long resets the back-off
  int max_attempts = 0;                              // in a row; 0: no limit
};

/// What the policy needs to know of the life that just ended.
struct EndedLife {
  bool intended = false;  // somebody asked for the stop
  bool failed = false;    // not exit 0
  Duration lived{};
  int attempts = 0;  // restarts in a row so far
};

struct RestartDecision {
  bool restart = false;
  Duration delay{};
  int attempts = 0;      // value to keep for the next call
  bool gave_up = false;  // max_attempts is used up
};

/// Pure. The delay doubles with each attempt from first_delay up to max_delay.
RestartDecision DecideRestart(const RestartPolicy& policy, const EndedLife& life);

}  // namespace twelve

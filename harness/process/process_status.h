#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/os/process_host.h"
#include "harness/os/process_table.h"

namespace twelve {

enum class ProcessState {
  kStarting,  // launched, not ready yet
  kReady,
  kDraining,  // asked to stop, still alive
  kStopped,   // ended as asked, or by itself with exit 0
  kKilled,    // we sent SIGKILL
  kCrashed,   // ended by itself, not with exit 0; or could not be started
};
/// The word that screens and reports use: "starting", "ready", …
std::string_view ToString(ProcessState state);

/// A change of state: when, to what, why ("SIGTERM sent by you", "exit 1 after 2.31 s").
struct StateChange {
  TimePoint at;
  ProcessState state = ProcessState::kStarting;
  std::string reason;
};

/// A copy of all that is known of one supervised process. A plain value.
struct ProcessStatus {
  std::string name;
  std::string type;
  std::uint16_t port = 0;
  pid_t pid = 0;       // of the latest life; 0 before the first
  pid_t guardian = 0;  // root of Tree(): finds adopted orphans too
  ProcessState state = ProcessState::kStarting;
  std::string reason;   // of the current state
  bool paused = false;  // SIGSTOP was sent and SIGCONT was not
  std::optional<TimePoint> launched, ready, stop_asked, leader_ended, all_gone;
  std::optional<ExitStatus> exit;  // of the leader, once it ended
  std::optional<Error> start_error;
  std::optional<TimePoint> restart_at;  // the policy starts it again then
  int restarts = 0;
  int adopted = 0;                   // orphans that the guardian took in during this life
  std::vector<StateChange> history;  // the latest 64

  bool alive() const { return pid != 0 && !leader_ended; }
  bool over() const { return all_gone.has_value(); }
};

}  // namespace twelve

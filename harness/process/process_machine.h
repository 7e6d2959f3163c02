#pragma once

#include <string>
#include <variant>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/logs/log_line.h"
#include "harness/os/process_host.h"
#include "harness/process/process_spec.h"
#include "harness/process/process_status.h"

namespace twelve {

// What can happen to a supervised process, beside the GuardEvents.
struct Launched {  // its guardian runs
  pid_t guardian = 0;
};
struct LaunchFailed {  // there is no guardian
  Error error;
};
struct ReadySeen {
  std::string how;  // "HTTP 200"
};
struct ReadyLate {  // ready_timeout is over
  std::string why;  // "nobody listens on port 5000"; may be empty
};
struct StopAsked {
  std::string because;
};
struct KillAsked {
  std::string because;
};
struct SignalSent {
  int signal = 0;
  std::string because;
};
struct GraceOver {};
struct RestartDue {};

using ProcessEvent = std::variant<Launched, LaunchFailed, Started, StartFailed, Adopted, Exited,
                                  AllGone, GuardianLost, ReadySeen, ReadyLate, StopAsked, KillAsked,
                                  SignalSent, GraceOver, RestartDue>;

// What is to be done about it, in this order.
struct LaunchIt {};
struct WatchReadiness {};
struct EndReadiness {};
struct SendSignal {
  SignalTarget target = SignalTarget::kLeader;
  int signal = 0;
};
struct KillTree {};
struct ArmGrace {};  // GraceOver after the spec's grace
struct DisarmGrace {};
struct ArmRestart {  // RestartDue after this
  Duration delay{};
};
struct DisarmRestart {};
struct Say {
  LogLevel level = LogLevel::kInfo;
  std::string text;
};
struct SayAfterLastWords {  // once all that the leader wrote has been read
  LogLevel level = LogLevel::kInfo;
  std::string text;
};
struct LetGo {};  // nothing is left of it: close pipes and guardian

using ProcessAction =
    std::variant<LaunchIt, WatchReadiness, EndReadiness, SendSignal, KillTree, ArmGrace,
                 DisarmGrace, ArmRestart, DisarmRestart, Say, SayAfterLastWords, LetGo>;

/// All that is remembered of one process from event to event. A plain value.
struct ProcessMachine {
  ProcessStatus status;
  bool ending = false;            // somebody called Stop or Kill: nothing of it may live on
  bool stop_signal_sent = false;  // the leader has got the spec's stop signal
  bool kill_sent = false;         // SIGKILL went to the leader or to all
  bool tree_killed = false;       // SIGKILL went to all
  bool relaunch_when_gone = false;
  std::string kill_reason;
  std::string end_reason;      // of the leader, without what is said of left-over processes
  std::vector<pid_t> orphans;  // adopted and alive
  int attempts = 0;            // restarts in a row, for the policy
};

/// The state machine of a supervised process: changes `machine`, returns what must be done. It has
/// no side effect and does not look at a clock.
std::vector<ProcessAction> Step(const ProcessSpec& spec, ProcessMachine& machine,
                                const ProcessEvent& event, TimePoint now);

}  // namespace twelve

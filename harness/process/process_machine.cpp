#include "harness/process/process_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace twelve {
namespace {

constexpr std::size_t kHistory = 64;

std::string Seconds(Duration duration) {
  return fmt::format("{:.2f} s", ToSeconds(duration));
}

std::string WholeOrTenths(Duration duration) {
  return fmt::format("{:.10g} s", ToSeconds(duration));
}

/// One event applied to one machine.
class Stepper {
 public:
  Stepper(const ProcessSpec& spec, ProcessMachine& machine, TimePoint now)
      : spec_(spec), machine_(machine), status_(machine.status), now_(now) {}

  std::vector<ProcessAction> TakeActions() && { return std::move(actions_); }

  void operator()(const Launched& event) {
    const int restarts = status_.launched ? status_.restarts + 1 : status_.restarts;
    ProcessStatus fresh;
    fresh.name = spec_.name;
    fresh.type = spec_.type;
    fresh.port = spec_.port;
    fresh.restarts = restarts;
    fresh.history = std::move(status_.history);
    status_ = std::move(fresh);
    status_.guardian = event.guardian;
    status_.launched = now_;
    const int attempts = machine_.attempts;
    ProcessStatus status = std::move(status_);
    machine_ = ProcessMachine();
    machine_.attempts = attempts;
    machine_.status = std::move(status);
    Enter(ProcessState::kStarting, restarts == 0 ? "launched" : "launched again");
  }

  void operator()(const LaunchFailed& event) {
    status_.restart_at.reset();
    status_.start_error = event.error;
    status_.leader_ended = status_.all_gone = now_;
    EndOfLeader(ProcessState::kCrashed, "could not be started: " + event.error.message, true,
                Duration::zero());
  }

  void operator()(const Started& event) {
    status_.pid = event.pid;
    Do(twelve::Say{LogLevel::kInfo, status_.port == 0 ? fmt::format("started: pid {}", event.pid)
                                                      : fmt::format("started: pid {}, PORT {}",
                                                                    event.pid, status_.port)});
    if (status_.state == ProcessState::kStarting) {
      Do(WatchReadiness{});
    } else if (machine_.ending && !machine_.tree_killed) {  // asked to stop before it had a pid
      SendStopSignal();
    }
  }

  void operator()(const StartFailed& event) {
    status_.start_error = event.error;
    status_.leader_ended = now_;
    EndOfLeader(ProcessState::kCrashed, "could not be started: " + event.error.message, true,
                Duration::zero());
  }

  void operator()(const Adopted& event) {
    ++status_.adopted;
    machine_.orphans.push_back(event.pid);
    if (status_.leader_ended) TellWhatLivesOn();
    if (!machine_.ending && !machine_.tree_killed) {
      Do(twelve::Say{LogLevel::kInfo, fmt::format("pid {} lost its parent and lives on, adopted "
                                                  "by the guardian",
                                                  event.pid)});
    }
  }

  void operator()(const Exited& event) {
    if (!event.leader) {
      std::erase(machine_.orphans, event.pid);
      if (status_.leader_ended) TellWhatLivesOn();
      return;
    }
    if (status_.leader_ended) return;
    status_.exit = event.status;
    status_.leader_ended = now_;
    const ExitStatus& exit = event.status;
    const Duration lived = now_ - status_.launched.value_or(now_);
    const bool failed = exit != ExitStatus{};
    if (machine_.kill_sent && exit.signalled && exit.code == SIGKILL) {
      EndOfLeader(ProcessState::kKilled, machine_.kill_reason, failed, lived);
    } else if (status_.state == ProcessState::kDraining) {
      // Dying of the signal that was sent is an end as asked, dying of any other is not.
      const bool as_asked =
          !exit.signalled || exit.code == spec_.stop_signal || exit.code == SIGTERM;
      EndOfLeader(as_asked ? ProcessState::kStopped : ProcessState::kCrashed,
                  fmt::format("{}, {} after it was asked", Describe(exit),
                              Seconds(now_ - status_.stop_asked.value_or(now_))),
                  failed, lived);
    } else {
      EndOfLeader(failed ? ProcessState::kCrashed : ProcessState::kStopped,
                  Describe(exit) + " after " + Seconds(lived), failed, lived);
    }
  }

  void operator()(const AllGone&) {
    const bool had_orphans = !machine_.orphans.empty();
    machine_.orphans.clear();
    status_.all_gone = now_;
    if (!status_.leader_ended) {
      status_.leader_ended = now_;
      EndOfLeader(ProcessState::kCrashed, "it is gone, and nothing said how it ended", true,
                  now_ - status_.launched.value_or(now_));
    } else if (had_orphans) {
      TellWhatLivesOn();
    }
    Gone();
  }

  void operator()(const GuardianLost&) {
    machine_.orphans.clear();
    status_.all_gone = now_;
    if (!status_.leader_ended) {
      status_.leader_ended = now_;
      EndOfLeader(ProcessState::kCrashed, "its guardian was killed, and so was all of it", true,
                  now_ - status_.launched.value_or(now_));
    }
    Gone();
  }

  void operator()(const ReadySeen& event) {
    if (status_.state != ProcessState::kStarting || status_.leader_ended) return;
    status_.ready = now_;
    const std::string reason =
        event.how + " after " + Seconds(now_ - status_.launched.value_or(now_));
    Enter(ProcessState::kReady, reason);
    const auto* after = std::get_if<ReadyAfter>(&spec_.readiness);
    if (after == nullptr || after->delay > Duration::zero()) {
      Do(twelve::Say{LogLevel::kInfo, "ready: " + reason});
    }
  }

  void operator()(const ReadyLate& event) {
    if (status_.state != ProcessState::kStarting || status_.leader_ended) return;
    Refine("not ready within " + WholeOrTenths(spec_.ready_timeout) +
           (event.why.empty() ? "" : ": " + event.why));
    Do(twelve::Say{LogLevel::kWarn, status_.reason});
  }

  void operator()(const StopAsked& event) {
    if (CancelRestart(event.because) || status_.over() || machine_.ending) return;
    machine_.ending = true;
    if (status_.leader_ended) {
      status_.stop_asked = now_;
      Do(twelve::Say{LogLevel::kInfo, "ending what is left of it: " + event.because});
      Do(SendSignal{SignalTarget::kTree, SIGTERM});
      Do(ArmGrace{});
      return;
    }
    if (status_.state != ProcessState::kDraining) Drain(event.because);
    if (status_.pid != 0 && !machine_.stop_signal_sent) SendStopSignal();
    Do(ArmGrace{});
  }

  void operator()(const KillAsked& event) {
    if (CancelRestart(event.because) || status_.over()) return;
    machine_.ending = true;
    KillEverything(event.because);
  }

  void operator()(const SignalSent& event) {
    if (event.signal == SIGSTOP) status_.paused = true;
    if (event.signal == SIGCONT) status_.paused = false;
    if (status_.leader_ended) return;
    if (event.signal == SIGKILL) {
      machine_.kill_sent = true;
      machine_.kill_reason = event.because;
    } else if (event.signal == SIGTERM || event.signal == spec_.stop_signal) {
      if (event.signal == spec_.stop_signal) machine_.stop_signal_sent = true;
      if (status_.state != ProcessState::kDraining) Drain(event.because);
    }
  }

  void operator()(const GraceOver&) {
    if (status_.over() || !machine_.ending || machine_.tree_killed) return;
    KillEverything("SIGKILL: it did not end within " + WholeOrTenths(spec_.grace));
  }

  void operator()(const RestartDue&) {
    if (!status_.restart_at) return;
    if (status_.over()) {
      Do(LaunchIt{});
      return;
    }
    machine_.relaunch_when_gone = true;
    KillEverything("it starts again");
  }

 private:
  template <typename Action>
  void Do(Action action) {
    actions_.emplace_back(std::move(action));
  }

  void Enter(ProcessState state, std::string reason) {
    status_.state = state;
    status_.reason = reason;
    status_.history.push_back({now_, state, std::move(reason)});
    if (status_.history.size() > kHistory) status_.history.erase(status_.history.begin());
  }

  // The state stays, more is known about it.
  void Refine(std::string reason) {
    status_.reason = reason;
    if (!status_.history.empty()) status_.history.back().reason = std::move(reason);
  }

  void Drain(const std::string& because) {
    status_.stop_asked = now_;
    Enter(ProcessState::kDraining, because);
    Do(EndReadiness{});
    Do(twelve::Say{LogLevel::kInfo, "draining: " + because});
  }

  void SendStopSignal() {
    machine_.stop_signal_sent = true;
    Do(SendSignal{SignalTarget::kLeader, spec_.stop_signal});
    if (status_.paused) {  // a stopped process acts on a signal only once it goes on
      status_.paused = false;
      Do(SendSignal{SignalTarget::kTree, SIGCONT});
    }
  }

  void KillEverything(const std::string& because) {
    machine_.kill_sent = machine_.tree_killed = true;
    machine_.kill_reason = because;
    if (status_.leader_ended) {
      Do(twelve::Say{LogLevel::kWarn, "killing what is left of it: " + because});
      machine_.end_reason += "; what was left of it was killed";
      TellWhatLivesOn();
    }
    Do(KillTree{});
  }

  bool CancelRestart(const std::string& because) {
    if (!status_.restart_at) return false;
    status_.restart_at.reset();
    machine_.relaunch_when_gone = false;
    Do(DisarmRestart{});
    machine_.end_reason += "; not started again: " + because;
    TellWhatLivesOn();
    return status_.over();
  }

  void EndOfLeader(ProcessState state, std::string reason, bool failed, Duration lived) {
    machine_.end_reason = std::move(reason);
    status_.paused = false;
    Do(EndReadiness{});
    const RestartDecision restart = DecideRestart(spec_.restart, {.intended = machine_.ending,
                                                                  .failed = failed,
                                                                  .lived = lived,
                                                                  .attempts = machine_.attempts});
    if (restart.gave_up) {
      machine_.end_reason += fmt::format("; given up after {} restarts", machine_.attempts);
    }
    machine_.attempts = restart.attempts;
    Enter(state, machine_.end_reason);
    const LogLevel level =
        state == ProcessState::kCrashed
            ? LogLevel::kError
            : (state == ProcessState::kKilled ? LogLevel::kWarn : LogLevel::kInfo);
    const std::string_view verb = status_.start_error ? "" : "ended: ";
    Do(SayAfterLastWords{level, std::string(verb) + machine_.end_reason});
    if (machine_.ending && !machine_.tree_killed && !status_.all_gone && !status_.start_error) {
      Do(SendSignal{SignalTarget::kTree, SIGTERM});
    }
    if (!restart.restart) return;
    status_.restart_at = now_ + restart.delay;
    Do(ArmRestart{restart.delay});
    Do(SayAfterLastWords{LogLevel::kInfo, "starts again in " + WholeOrTenths(restart.delay)});
  }

  void TellWhatLivesOn() {
    const std::size_t left = machine_.orphans.size();
    if (left == 0) {
      Refine(machine_.end_reason);
    } else {
      Refine(fmt::format("{}; {} of it {} on", machine_.end_reason,
                         left == 1 ? "1 process" : fmt::format("{} processes", left),
                         left == 1 ? "lives" : "live"));
    }
  }

  void Gone() {
    Do(DisarmGrace{});
    Do(EndReadiness{});
    Do(LetGo{});
    if (machine_.relaunch_when_gone) Do(LaunchIt{});
  }

  const ProcessSpec& spec_;
  ProcessMachine& machine_;
  ProcessStatus& status_;
  TimePoint now_;
  std::vector<ProcessAction> actions_;
};

}  // namespace

std::vector<ProcessAction> Step(const ProcessSpec& spec, ProcessMachine& machine,
                                const ProcessEvent& event, TimePoint now) {
  Stepper stepper(spec, machine, now);
  std::visit(stepper, event);
  return std::move(stepper).TakeActions();
}

}  // namespace twelve

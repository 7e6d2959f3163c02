#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "factors/09_disposability/step_runs.h"

namespace twelve::disposability {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A signal means something only while there is work in flight on the process.
constexpr Duration kWaitForWork = seconds(3);
// How long orphans are watched before they are taken for left behind.
constexpr Duration kWatchOrphans = seconds(2);
// After the successor is ready: long enough for its first answers to be counted.
constexpr Duration kSettle = milliseconds(700);

/// SIGTERM or SIGKILL to one process under load; then its successor.
class SignalRun final : public StepRun {
 public:
  SignalRun(std::string process, int signal) : signal_(signal) {
    facts_.process = std::move(process);
  }

  bool Advance(Lab& lab) override {
    switch (phase_) {
      case Phase::kWork:
        return AwaitWork(lab);
      case Phase::kEnd:
        return AwaitEnd(lab);
      case Phase::kOrphans:
        return AwaitOrphans(lab);
      case Phase::kGone:
        return AwaitGone(lab);
      case Phase::kBack:
        return AwaitBack(lab);
      case Phase::kCount:
        return lab.Now() >= settled_ && Finish(lab);
    }
    return true;
  }

  std::string Waiting(const Lab& lab) const override {
    const std::string& name = facts_.process;
    switch (phase_) {
      case Phase::kWork:
        return "waiting for a request on " + name;
      case Phase::kEnd:
        return fmt::format("waiting for {} to end, {:.1f} s of {:.0f} s", name,
                           ToSeconds(lab.Now() - signalled_), ToSeconds(lab.grace));
      case Phase::kOrphans:
      case Phase::kGone:
        return "watching what " + name + " left behind";
      case Phase::kBack:
        return "waiting for the successor of " + name;
      case Phase::kCount:
        return "counting requests";
    }
    return {};
  }

 private:
  enum class Phase { kWork, kEnd, kOrphans, kGone, kBack, kCount };

  bool AwaitWork(Lab& lab) {
    if (begun_ == TimePoint()) begun_ = lab.Now();
    Instance* instance = Web(lab).Find(facts_.process);
    if (instance == nullptr || !instance->Snapshot().alive()) {
      result_.observed = facts_.process + " is not running.";
      return true;
    }
    const std::shared_ptr<const LoadSnapshot> load = lab.load->Snapshot();
    facts_.in_flight = InFlight(*load, facts_.process);
    // Failures of what was done before would stand in the same picture.
    const bool quiet = CountTraffic(*load, "", lab.Now() - kLeadIn, lab.Now()).failed == 0;
    if ((facts_.in_flight == 0 || !quiet) && lab.Now() - begun_ < kWaitForWork) return false;
    facts_.grace_ms = ToMs(lab.grace);
    signalled_ = lab.Now();
    const std::string label = SignalName(signal_) + " " + facts_.process;
    lab.Note(facts_.process, label, label + " sent");
    if (Status sent = instance->Signal(SignalTarget::kLeader, signal_, label); !sent) {
      result_.observed = sent.error().message;
      return true;
    }
    phase_ = Phase::kEnd;
    return false;
  }

  bool AwaitEnd(Lab& lab) {
    Instance* instance = Web(lab).Find(facts_.process);
    const ProcessStatus now = instance->Snapshot();
    if (now.leader_ended) {
      facts_.end_ms = ToMs(*now.leader_ended - signalled_);
      if (now.exit) facts_.exit = Describe(*now.exit);
      lab.Note(facts_.process, "", facts_.process + " ended: " + facts_.exit, facts_.ended_by_us);
      orphans_since_ = lab.Now();
      phase_ = Phase::kOrphans;
      return false;
    }
    if (!facts_.ended_by_us && lab.Now() - signalled_ >= lab.grace) {
      facts_.ended_by_us = true;
      lab.Note(facts_.process, "SIGKILL " + facts_.process,
               fmt::format("{} did not end within {:.0f} s: SIGKILL", facts_.process,
                           ToSeconds(lab.grace)),
               true);
      instance->Kill(fmt::format("it did not end within {:.0f} s", ToSeconds(lab.grace)));
    }
    return false;
  }

  bool AwaitOrphans(Lab& lab) {
    Instance* instance = Web(lab).Find(facts_.process);
    const std::vector<ProcessInfo> tree = instance->Tree();
    if (tree.empty() || instance->Snapshot().over()) {
      facts_.left_behind = 0;
      phase_ = Phase::kGone;
      return false;
    }
    if (lab.Now() - orphans_since_ < kWatchOrphans) return false;
    facts_.left_behind = static_cast<int>(tree.size());
    facts_.still_serving = !instance->Listeners().empty();
    lab.Note(
        facts_.process, "orphan",
        fmt::format("{} left {} behind: {}", facts_.process, tree.size(), tree.front().command),
        true);
    instance->Kill("left behind by its launcher");
    phase_ = Phase::kGone;
    return false;
  }

  bool AwaitGone(Lab& lab) {
    if (!Web(lab).Find(facts_.process)->Snapshot().over()) return false;
    relaunched_ = lab.Now();
    if (Status launched = Web(lab).Relaunch(facts_.process); !launched) {
      facts_.refused = launched.error().message;
      settled_ = lab.Now() + kSettle;
      phase_ = Phase::kCount;
      return false;
    }
    lab.Retarget();
    phase_ = Phase::kBack;
    return false;
  }

  bool AwaitBack(Lab& lab) {
    const ProcessStatus now = Web(lab).Find(facts_.process)->Snapshot();
    const bool waited = lab.Now() - relaunched_ >= Web(lab).spec().ready_timeout;
    if (now.ready) {
      facts_.back_ms = ToMs(*now.ready - relaunched_);
      lab.Note(facts_.process, "", facts_.process + " is back");
    } else if (now.over() || now.state == ProcessState::kCrashed || waited) {
      facts_.refused = now.reason.empty() ? "it was not ready in time" : now.reason;
      lab.Note(facts_.process, "refused", facts_.process + " did not come back: " + now.reason,
               true);
    } else {
      return false;
    }
    settled_ = lab.Now() + kSettle;
    phase_ = Phase::kCount;
    return false;
  }

  bool Finish(Lab& lab) {
    const TimePoint to = lab.Now();
    facts_.traffic = CountTraffic(*lab.load->Snapshot(), facts_.process, signalled_, to);
    result_ = signal_ == SIGKILL ? JudgeKill(facts_) : JudgeTerm(facts_);
    result_.from = signalled_;
    result_.to = to;
    return true;
  }

  const int signal_;
  SignalFacts facts_;
  Phase phase_ = Phase::kWork;
  TimePoint begun_, signalled_, orphans_since_, relaunched_, settled_;
};

}  // namespace

std::unique_ptr<StepRun> MakeTermRun(const std::string& process) {
  return std::make_unique<SignalRun>(process, SIGTERM);
}

std::unique_ptr<StepRun> MakeKillRun(const std::string& process) {
  return std::make_unique<SignalRun>(process, SIGKILL);
}

}  // namespace twelve::disposability

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "factors/09_disposability/step_runs.h"

namespace twelve::disposability {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kPause = milliseconds(1500);
constexpr Duration kSettle = seconds(1);

/// SIGSTOP to one process under load, SIGCONT 1.5 s later.
class PauseRun final : public StepRun {
 public:
  explicit PauseRun(std::string process) : process_(std::move(process)) {}

  bool Advance(Lab& lab) override {
    Instance* instance = Web(lab).Find(process_);
    if (instance == nullptr) {
      result_.observed = process_ + " is not running.";
      return true;
    }
    if (phase_ == Phase::kBefore) return Send(lab, *instance, SIGSTOP, Phase::kPaused);
    if (phase_ == Phase::kPaused) {
      if (lab.Now() - stopped_ < kPause) return false;
      paused_ms_ = ToMs(lab.Now() - stopped_);
      return Send(lab, *instance, SIGCONT, Phase::kAfter);
    }
    if (lab.Now() - continued_ < kSettle) return false;
    result_ = JudgePause(process_, paused_ms_,
                         CountTraffic(*lab.load->Snapshot(), process_, stopped_, lab.Now()));
    result_.from = stopped_;
    result_.to = lab.Now();
    return true;
  }

  std::string Waiting(const Lab& lab) const override {
    if (phase_ == Phase::kAfter) return "counting requests";
    return fmt::format("{} stands still, {:.1f} s of {:.1f} s", process_,
                       ToSeconds(lab.Now() - stopped_), ToSeconds(kPause));
  }

 private:
  enum class Phase { kBefore, kPaused, kAfter };

  bool Send(Lab& lab, Instance& instance, int signal, Phase next) {
    const std::string label = SignalName(signal) + " " + process_;
    lab.Note(process_, label, label + " sent");
    (signal == SIGSTOP ? stopped_ : continued_) = lab.Now();
    if (Status sent = instance.Signal(SignalTarget::kTree, signal, label); !sent) {
      result_.observed = sent.error().message;
      return true;
    }
    phase_ = next;
    return false;
  }

  std::string process_;
  Phase phase_ = Phase::kBefore;
  TimePoint stopped_, continued_;
  double paused_ms_ = 0;
};

/// Two more, then three fewer, then as before, all under load.
class ScaleRun final : public StepRun {
 public:
  bool Advance(Lab& lab) override {
    if (phase_ == 0) {
      count_ = Web(lab).spec().count;
      begun_ = lab.Now();
      return ScaleTo(lab, count_ + 2);
    }
    const bool waited = lab.Now() - asked_ >= Web(lab).spec().ready_timeout;
    if (!Settled(lab) && !waited) return false;
    if (waited && trouble_.empty()) {
      trouble_ = fmt::format("After {:.0f} s not every process had followed",
                             ToSeconds(Web(lab).spec().ready_timeout));
    }
    if (phase_ == 1) return ScaleTo(lab, std::max(1, count_ - 1));
    if (phase_ == 2) return ScaleTo(lab, count_);
    if (phase_ == 3) {
      phase_ = 4;
      asked_ = lab.Now();
      return false;
    }
    if (lab.Now() - asked_ < kSettle) return false;
    result_ = JudgeScale(count_, count_ + 2, std::max(1, count_ - 1),
                         CountTraffic(*lab.load->Snapshot(), "", begun_, lab.Now()), trouble_);
    result_.from = begun_;
    result_.to = lab.Now();
    return true;
  }

  std::string Waiting(const Lab& lab) const override {
    std::string stubborn;
    for (const ProcessStatus& status : Web(lab).Snapshots()) {
      if (status.state == ProcessState::kDraining) stubborn += " " + status.name;
    }
    if (!stubborn.empty()) return "waiting for" + stubborn + " to end";
    return phase_ == 4 ? "counting requests" : "waiting until all are ready";
  }

 private:
  // A settled deploy is ready, and nobody who was asked to leave is still there.
  static bool Settled(const Lab& lab) {
    return Web(lab).AllReady() && Web(lab).Snapshots().size() == Web(lab).Names().size();
  }

  bool ScaleTo(Lab& lab, int count) {
    ++phase_;
    asked_ = lab.Now();
    lab.Note("", fmt::format("web={}", count), fmt::format("scaled to {} web processes", count));
    const Status scaled = Web(lab).Scale(count, fmt::format("scaled to {}", count));
    lab.Retarget();
    if (scaled) return false;
    result_.observed = scaled.error().message;
    return true;
  }

  int phase_ = 0;  // 0 before, 1 up, 2 down, 3 back, 4 counting
  int count_ = 0;
  TimePoint begun_, asked_;
  std::string trouble_;
};

}  // namespace

std::unique_ptr<StepRun> MakePauseRun(const std::string& process) {
  return std::make_unique<PauseRun>(process);
}

std::unique_ptr<StepRun> MakeScaleRun() {
  return std::make_unique<ScaleRun>();
}

}  // namespace twelve::disposability

#include <fmt/format.h>

#include <csignal>

#include "factors/09_disposability/step_runs.h"

namespace twelve::disposability {
namespace {

using std::chrono::seconds;

constexpr int kStarts = 5;
constexpr Duration kShellEnds = seconds(5);
constexpr Duration kWatchOrphan = seconds(2);

/// Five launches, one after the other, timed from launch to the first complete answer.
class StartRun final : public StepRun {
 public:
  bool Advance(Lab& lab) override {
    if (begun_ == TimePoint()) begun_ = lab.Now();
    if (!instance_) return Next(lab);
    const ProcessStatus now = instance_->Snapshot();
    if (now.ready && now.launched) {
      const HttpAnswer first =
          Get(lab.rig, port_, "/", Deadline::After(lab.rig.clock(), seconds(2)));
      if (first.status >= 500) {
        trouble_ = fmt::format("it said that it was ready, and answered {}", first.status);
        return Finish(lab);
      }
      ready_ms_.push_back(ToMs(*now.ready - *now.launched));
      instance_.reset();
      return ready_ms_.size() == kStarts && Finish(lab);
    }
    const bool waited = lab.Now() - asked_ >= Web(lab).spec().ready_timeout;
    if (!now.over() && !waited) return false;
    trouble_ = now.reason.empty() ? "no complete answer in time" : now.reason;
    instance_.reset();
    return Finish(lab);
  }

  std::string Waiting(const Lab& lab) const override {
    return fmt::format("start {} of {}, {:.1f} s", ready_ms_.size() + 1, kStarts,
                       ToSeconds(lab.Now() - asked_));
  }

 private:
  bool Next(Lab& lab) {
    asked_ = lab.Now();
    const std::string name = fmt::format("start.{}", ready_ms_.size() + 1);
    Result<std::unique_ptr<Instance>> launched =
        LaunchApart(lab, name, Web(lab).spec().argv, port_);
    if (launched) {
      instance_ = std::move(launched).value();
      return false;
    }
    trouble_ = launched.error().message;
    return Finish(lab);
  }

  bool Finish(Lab& lab) {
    result_ = JudgeStart(ready_ms_, trouble_);
    result_.from = begun_;
    result_.to = lab.Now();
    return true;
  }

  std::unique_ptr<Instance> instance_;
  std::uint16_t port_ = 0;
  std::vector<double> ready_ms_;
  std::string trouble_;
  TimePoint begun_, asked_;
};

/// The launched process is a shell that stays: what stops is not what serves.
class WrapperRun final : public StepRun {
 public:
  bool Advance(Lab& lab) override {
    if (!instance_) return Begin(lab);
    const ProcessStatus now = instance_->Snapshot();
    if (!signalled_) return AwaitReady(lab, now);
    if (!now.leader_ended) {
      return lab.Now() - *signalled_ >= kShellEnds && Finish(lab);
    }
    if (!facts_.end_ms) {
      facts_.end_ms = ToMs(*now.leader_ended - *signalled_);
      lab.Note("wrapped.1", "", "the shell ended; a platform would say: stopped");
    }
    if (lab.Now() - *now.leader_ended < kWatchOrphan) return false;
    return Finish(lab);
  }

  std::string Waiting(const Lab&) const override {
    if (!signalled_) return "waiting until the wrapped service answers";
    return facts_.end_ms ? "watching whether the port still answers"
                         : "waiting for the shell to end";
  }

 private:
  bool Begin(Lab& lab) {
    result_.from = asked_ = lab.Now();
    const std::string line = ShellQuote(Web(lab).spec().argv) + "; true";
    Result<std::unique_ptr<Instance>> launched =
        LaunchApart(lab, "wrapped.1", {"/bin/sh", "-c", line}, port_);
    if (!launched) {
      result_.observed = launched.error().message;
      return true;
    }
    lab.Note("", "sh -c", "launched under sh -c \"…; true\"");
    instance_ = std::move(launched).value();
    return false;
  }

  bool AwaitReady(Lab& lab, const ProcessStatus& now) {
    if (!now.ready) {
      const bool waited = lab.Now() - asked_ >= Web(lab).spec().ready_timeout;
      return (now.over() || waited) && Finish(lab);
    }
    facts_.ready = true;
    signalled_ = lab.Now();
    lab.Note("", "SIGTERM sh", "SIGTERM to the launched process, the shell");
    if (Status sent = instance_->Signal(SignalTarget::kLeader, SIGTERM, "SIGTERM sent"); !sent) {
      result_.observed = sent.error().message;
      return true;
    }
    return false;
  }

  bool Finish(Lab& lab) {
    for (const ProcessInfo& process : instance_->Tree()) {
      facts_.survivors.push_back(fmt::format("pid {} ({})", process.pid, process.command));
    }
    const HttpAnswer answer =
        facts_.survivors.empty()
            ? HttpAnswer()
            : Get(lab.rig, port_, "/health", Deadline::After(lab.rig.clock(), seconds(2)));
    facts_.still_serving = answer.complete && answer.status == 200;
    const TimePoint from = result_.from;
    result_ = JudgeWrapper(facts_);
    result_.from = from;
    result_.to = lab.Now();
    lab.Note("", facts_.still_serving ? "orphan answers" : "", result_.observed,
             facts_.still_serving);
    instance_.reset();
    return true;
  }

  std::unique_ptr<Instance> instance_;
  std::uint16_t port_ = 0;
  std::optional<TimePoint> signalled_;
  TimePoint asked_;
  WrapperFacts facts_;
};

}  // namespace

Result<std::unique_ptr<Instance>> LaunchApart(Lab& lab, const std::string& name,
                                              std::vector<std::string> argv, std::uint16_t& port) {
  Result<std::uint16_t> leased = lab.rig.LeasePort();
  if (!leased) return leased.error();
  port = *leased;
  Result<std::string> directory = lab.rig.MakeDirectory(name);
  if (!directory) return directory.error();
  ProcessSpec process;
  process.name = name;
  process.type = name.substr(0, name.find('.'));
  process.command.line = ShellQuote(argv);
  process.command.argv = std::move(argv);
  process.environment = Web(lab).spec().environment;
  process.environment["PORT"] = std::to_string(port);
  process.directory = *directory;
  process.port = port;
  process.readiness = ReadyOnHttp{port, Web(lab).spec().ready_path};
  process.ready_timeout = Web(lab).spec().ready_timeout;
  process.grace = lab.grace;
  return lab.rig.Launch(std::move(process));
}

std::unique_ptr<StepRun> MakeStartRun() {
  return std::make_unique<StartRun>();
}
std::unique_ptr<StepRun> MakeWrapperRun() {
  return std::make_unique<WrapperRun>();
}

}  // namespace twelve::disposability

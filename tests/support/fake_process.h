#pragma once

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_rig.h"

namespace twelve {

/// One launched program of a FakeRig, in fake time.
class FakeRig::Process : public std::enable_shared_from_this<Process> {
 public:
  Process(FakeRig& rig, ProcessSpec spec, FakeProgram program)
      : rig_(rig), spec_(std::move(spec)), program_(std::move(program)) {
    status_.name = spec_.name;
    status_.type = spec_.type;
    status_.port = spec_.port;
  }

  const ProcessStatus& status() const { return status_; }
  const FakeProgram& program() const { return program_; }
  bool listening() const { return status_.alive() && listening_ && !status_.paused; }

  void Begin() {
    status_.guardian = rig_.next_pid_++;
    status_.launched = rig_.clock_.Now();
    Enter(ProcessState::kStarting, "launched");
    if (program_.start_error) {
      status_.start_error = program_.start_error;
      status_.leader_ended = status_.all_gone = rig_.clock_.Now();
      return Enter(ProcessState::kCrashed, "could not be started");
    }
    status_.pid = rig_.next_pid_++;
    for (std::size_t i = 0; i < program_.children.size(); ++i)
      children_.push_back(rig_.next_pid_++);
    for (const auto& [when, text] : program_.prints) Later(when, [this, t = text] { Print(t); });
    if (program_.needs_its_port && spec_.port != 0 && rig_.Taken(spec_.port)) {
      return Later(Duration::zero(), [this] {
        Print("cannot listen: Address already in use");
        EndLeader({.code = 1});
      });
    }
    if (program_.ready_after) Later(*program_.ready_after, [this] { BecomeReady(); });
    if (program_.ends_by_itself) {
      Later(program_.ends_by_itself->after, [this] { EndLeader(program_.ends_by_itself->exit); });
    }
  }

  void Stop(const std::string& because) {
    if (status_.over()) return;
    if (!status_.alive()) return AllGone();  // what is left of it takes the SIGTERM
    Drain(because);
    React(spec_.stop_signal);
    Later(spec_.grace, [this] { Kill("the grace period is over"); });
  }

  void Kill(const std::string& because) {
    if (status_.over()) return;
    if (status_.alive()) {
      killed_ = true;
      EndLeader({.signalled = true, .code = SIGKILL}, because);
    }
    AllGone();
  }

  Status Signal(SignalTarget target, int signal, const std::string& because) {
    if (!status_.alive()) {
      return Error{ErrorCode::kNotFound, spec_.name + " has ended", {}, 0};
    }
    rig_.signals_.push_back({spec_.name, target, signal, because});
    if (signal == SIGSTOP) status_.paused = true;
    if (signal == SIGCONT) status_.paused = false;
    if (signal == SIGTERM || signal == spec_.stop_signal) Drain(because);
    if (signal == SIGKILL) {
      killed_ = true;
      EndLeader({.signalled = true, .code = SIGKILL}, because);
      if (target == SignalTarget::kTree) AllGone();
    } else {
      React(signal);
    }
    return {};
  }

  std::vector<ProcessInfo> Tree() const {
    std::vector<ProcessInfo> tree;
    if (status_.over()) return tree;
    if (status_.alive()) tree.push_back(Info(status_.pid, status_.guardian, Command()));
    for (std::size_t i = 0; i < children_.size(); ++i) {
      const pid_t parent = status_.alive() ? status_.pid : status_.guardian;
      tree.push_back(Info(children_[i], parent, program_.children[i]));
    }
    return tree;
  }

  /// Runs `task` in fake time unless the program is dead by then.
  void Later(Duration delay, std::function<void()> task) {
    rig_.After(delay, [self = shared_from_this(), t = std::move(task)] {
      if (!self->status_.over()) t();
    });
  }

 private:
  std::string Command() const {
    std::string command;
    for (const std::string& word : spec_.command.argv) {
      command += (command.empty() ? "" : " ") + word;
    }
    return command;
  }

  static ProcessInfo Info(pid_t pid, pid_t parent, std::string command) {
    ProcessInfo info;
    info.pid = pid;
    info.parent = parent;
    info.state = 'S';
    info.threads = 1;
    info.command = std::move(command);
    return info;
  }

  void Enter(ProcessState state, const std::string& reason) {
    status_.state = state;
    status_.reason = reason;
    status_.history.push_back({rig_.clock_.Now(), state, reason});
  }

  void BecomeReady() {
    if (status_.state != ProcessState::kStarting) return;
    listening_ = true;
    status_.ready = rig_.clock_.Now();
    Enter(ProcessState::kReady, "ready");
  }

  void Drain(const std::string& because) {
    if (status_.state == ProcessState::kDraining) return;
    status_.stop_asked = rig_.clock_.Now();
    Enter(ProcessState::kDraining, because);
  }

  void React(int signal) {
    const auto reaction = program_.on_signal.find(signal);
    if (reaction == program_.on_signal.end()) return;
    Later(reaction->second.after, [this, exit = reaction->second.exit] { EndLeader(exit); });
  }

  void EndLeader(ExitStatus exit, const std::string& because = {}) {
    if (!status_.alive()) return;
    status_.exit = exit;
    status_.leader_ended = rig_.clock_.Now();
    status_.paused = false;
    const bool asked = status_.state == ProcessState::kDraining || exit == ExitStatus{};
    Enter(killed_ ? ProcessState::kKilled
          : asked ? ProcessState::kStopped
                  : ProcessState::kCrashed,
          because.empty() ? Describe(exit) : because);
    if (program_.children_outlive_it && !children_.empty()) {
      status_.adopted = static_cast<int>(children_.size());
    } else {
      AllGone();
    }
  }

  void AllGone() {
    children_.clear();
    status_.all_gone = rig_.clock_.Now();
  }

  void Print(const std::string& text) {
    LogStore::NewLine line;
    line.at = rig_.clock_.Now();
    line.wall = rig_.clock_.WallNow();
    line.source = rig_.logs_->Source(spec_.name);
    line.text = text;
    rig_.logs_->Append({line});
  }

  FakeRig& rig_;
  const ProcessSpec spec_;
  const FakeProgram program_;
  ProcessStatus status_;
  std::vector<pid_t> children_;
  bool listening_ = false, killed_ = false;
};

}  // namespace twelve

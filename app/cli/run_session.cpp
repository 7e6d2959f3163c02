#include "app/cli/run_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace twelve {
namespace {

constexpr int kNotReady = 1;
constexpr int kBroken = 2;
constexpr int kCannotWrite = 74;
constexpr int kNotStartable = 126;
constexpr int kNoSuchProgram = 127;
constexpr int kBySignal = 128;
// What is said of processes, such as "started", is all that the store keeps here.
constexpr LogLimits kLimits = {.max_lines = 10'000, .max_bytes = std::size_t{4} << 20};
constexpr Duration kTellEvery = std::chrono::seconds(1);

}  // namespace

int ExitCodeOf(const ProcessStatus& status) {
  if (status.start_error) {
    return status.start_error->code == ErrorCode::kNotFound ? kNoSuchProgram : kNotStartable;
  }
  if (!status.exit) return kBroken;
  return status.exit->signalled ? kBySignal + status.exit->code : status.exit->code;
}

RunSession::RunSession(Seams seams, int out_fd, RunOutput::Format format, bool exit_with_first)
    : loop_(seams.loop),
      exit_with_first_(exit_with_first),
      logs_(kLimits),
      output_(seams.loop, out_fd, format, [this] { OnOutputFailed(); }),
      supervisor_({seams.loop, seams.host, seams.sockets, logs_}) {
  supervisor_.AddTap(&output_);
  supervisor_.KeepLines(false);
  supervisor_.SetObserver([this](const ProcessStatus& status) { OnChange(status); });
}

RunSession::~RunSession() {
  supervisor_.SetObserver(nullptr);
}

int RunSession::Run(std::vector<ProcessSpec> specs) {
  std::vector<std::vector<ProcessSpec>> all;
  all.push_back(std::move(specs));
  return RunGroups(std::move(all));
}

int RunSession::RunInTurn(std::vector<std::vector<ProcessSpec>> groups) {
  in_turn_ = true;
  return RunGroups(std::move(groups));
}

int RunSession::RunGroups(std::vector<std::vector<ProcessSpec>> groups) {
  std::reverse(groups.begin(), groups.end());
  waiting_ = std::move(groups);
  if (!waiting_.empty()) StartGroup();
  EndIfOver();
  loop_.Run();
  loop_.Cancel(tell_);
  loop_.Cancel(late_);
  const int code = ExitCode();
  output_.Ended(code);
  output_.Flush();
  return output_failed_ ? kCannotWrite : code;
}

void RunSession::StartGroup() {
  std::vector<ProcessSpec> specs = std::move(waiting_.back());
  waiting_.pop_back();
  group_.clear();
  Duration longest{};
  for (const ProcessSpec& spec : specs) {
    group_.push_back(spec.name);
    longest = std::max(longest, spec.ready_timeout);
  }
  for (ProcessSpec& spec : specs) {
    const std::string name = spec.name;
    if (const Status started = supervisor_.Start(std::move(spec)); !started) {
      output_.Say(fmt::format("{} could not be started: {}", name, started.error().message));
      if (!code_) code_ = kBroken;
    }
  }
  if (!in_turn_) return;
  loop_.Cancel(late_);
  late_ = loop_.After(longest, [this] { OnLate(); });
}

void RunSession::GoOnWhenReady() {
  if (stopping_ || group_.empty()) return;
  for (const std::string& name : group_) {
    const ProcessStatus* const status = supervisor_.Find(name);
    if (status == nullptr || !status->ready) return;
  }
  loop_.Cancel(std::exchange(late_, 0));
  group_.clear();
  if (!waiting_.empty()) StartGroup();
}

void RunSession::OnLate() {
  late_ = 0;
  for (const std::string& name : group_) {
    const ProcessStatus* const status = supervisor_.Find(name);
    if (status != nullptr && status->ready) continue;
    if (!code_) code_ = kNotReady;
    return StopAll(name + " is not ready in its time");
  }
}

void RunSession::OnSignal(int signal) {
  const std::string name = SignalName(signal);
  if (stopping_) {
    output_.Say(name + " again: killing what is left");
    for (const ProcessStatus* status : supervisor_.All()) {
      supervisor_.Kill(status->name, name + " twice");
    }
    return;
  }
  asked_ = true;
  output_.Say(name + ": stopping all; once more kills at once");
  StopAll(name + " to twelve");
}

void RunSession::StopAll(const std::string& because) {
  if (stopping_) return;
  stopping_ = true;
  waiting_.clear();
  supervisor_.StopAll(because);
  tell_ = loop_.After(kTellEvery, [this] { TellWhoIsWaitedFor(); });
  EndIfOver();
}

void RunSession::TellWhoIsWaitedFor() {
  std::string names;
  for (const ProcessStatus* status : supervisor_.All()) {
    if (status->over()) continue;
    names += names.empty() ? "" : ", ";
    names += status->alive() ? fmt::format("{} (pid {})", status->name, status->pid)
                             : fmt::format("what {} has left", status->name);
  }
  if (!names.empty()) output_.Say("waiting for " + names);
  tell_ = loop_.After(kTellEvery, [this] { TellWhoIsWaitedFor(); });
}

void RunSession::OnChange(const ProcessStatus& status) {
  output_.Changed(status);
  // Only an end that nobody asked for says something about the program.
  if (status.leader_ended && !stopping_) OnEndByItself(status);
  if (status.state == ProcessState::kKilled && stopping_) needed_sigkill_ = true;
  GoOnWhenReady();
  EndIfOver();
}

void RunSession::OnEndByItself(const ProcessStatus& status) {
  const int code = ExitCodeOf(status);
  if (!code_ && (code != 0 || exit_with_first_)) code_ = code;
  if (exit_with_first_) StopAll(status.name + " has ended");
  const bool awaited =
      in_turn_ && std::find(group_.begin(), group_.end(), status.name) != group_.end();
  if (awaited && !status.ready && !stopping_) {
    if (!code_) code_ = kNotReady;
    StopAll(status.name + " has ended before it was ready");
  }
}

void RunSession::OnOutputFailed() {
  output_failed_ = true;
  // Not from here: the output may be called from within a process's own event.
  loop_.Post([this] { StopAll("the output cannot be written"); });
}

void RunSession::EndIfOver() {
  if (waiting_.empty() && supervisor_.AllOver()) loop_.Stop();
}

int RunSession::ExitCode() const {
  if (asked_) return needed_sigkill_ ? kBySignal + SIGKILL : 0;
  return code_.value_or(0);
}

}  // namespace twelve

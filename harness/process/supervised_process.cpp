#include "harness/process/supervised_process.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <utility>

#include "harness/logs/text_cleaner.h"
#include "harness/process/supervisor.h"

namespace twelve {

struct LinePattern::Compiled {
  explicit Compiled(const std::string& pattern) : re(pattern, RE2::Quiet) {}
  RE2 re;
};

LinePattern::LinePattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
LinePattern::~LinePattern() = default;

Result<std::unique_ptr<LinePattern>> LinePattern::Create(const std::string& pattern) {
  auto compiled = std::make_unique<Compiled>(pattern);
  if (!compiled->re.ok()) {
    return InvalidError("\"" + pattern + "\" is no regular expression: " + compiled->re.error());
  }
  return std::unique_ptr<LinePattern>(new LinePattern(std::move(compiled)));
}

void LinePattern::Lines(std::string_view, LogStream stream, std::span<const RawLine> lines) {
  if (!found_ || stream == LogStream::kTwelve) return;
  for (const RawLine& line : lines) {
    const bool plain = TextCleaner::CleanPrefix(line.bytes) == line.bytes.size();
    const std::string clean = plain ? std::string() : CleanText(line.bytes);
    const std::string_view text = plain ? line.bytes : std::string_view(clean);
    if (RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->re)) {
      const auto found = std::exchange(found_, nullptr);
      return found();
    }
  }
}

SupervisedProcess::SupervisedProcess(World world, ProcessSpec spec)
    : world_(std::move(world)), spec_(std::move(spec)) {
  machine_.status.name = spec_.name;
  machine_.status.type = spec_.type;
  machine_.status.port = spec_.port;
}

SupervisedProcess::~SupervisedProcess() {
  for (EventLoop::TimerId* timer : {&grace_, &ready_, &ready_limit_, &restart_}) Disarm(*timer);
  Release();
}

Status SupervisedProcess::Start() {
  if (const auto* on_log = std::get_if<ReadyOnLog>(&spec_.readiness)) {
    Result<std::unique_ptr<LinePattern>> pattern = LinePattern::Create(on_log->pattern);
    if (!pattern) return pattern.error();
    pattern_ = std::move(pattern).value();
  }
  return Launch();
}

Status SupervisedProcess::Launch() {
  Release();
  SpawnRequest request;
  request.argv = spec_.command.argv;
  Environment environment = spec_.environment;
  if (spec_.port != 0) environment.emplace("PORT", std::to_string(spec_.port));
  request.environment = ToStrings(environment);
  request.directory = spec_.directory;
  request.limits = spec_.limits;
  request.isolation = spec_.isolation;
  request.user = spec_.user;
  request.group = spec_.group;
  request.remove_at_end = spec_.remove_at_end;
  Result<std::unique_ptr<GuardedProcess>> spawned = world_.host.Spawn(request);
  if (!spawned) return spawned.error();
  guarded_ = std::move(spawned).value();
  if (Status watched =
          world_.loop.Watch(guarded_->control_fd(), {}, [this](FdEvents) { OnControl(); });
      !watched) {
    guarded_.reset();
    return watched.error();
  }
  Handle(Launched{guarded_->guardian_pid()});
  return {};
}

std::unique_ptr<PipeReader> SupervisedProcess::Read(int fd, LogStream stream) {
  LogIngest ingest(world_.keep_lines ? &world_.logs : nullptr, spec_.name, stream);
  for (LogTap* tap : world_.taps) ingest.AddTap(tap);
  if (pattern_) ingest.AddTap(pattern_.get());
  return std::make_unique<PipeReader>(world_.loop, fd, std::move(ingest), [this] { OnPipeEnd(); });
}

Status SupervisedProcess::Signal(SignalTarget target, int signal, std::string because) {
  if (guarded_ == nullptr) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} is not running, so {} cannot be sent to it", spec_.name,
                             SignalName(signal)),
                 {},
                 0};
  }
  if (Status sent = guarded_->Signal(target, signal); !sent) return sent;
  Handle(SignalSent{signal, std::move(because)});
  return {};
}

void SupervisedProcess::OnControl() {
  for (GuardEvent& guard_event : guarded_->Events()) {
    ProcessEvent event =
        std::visit([](auto& kind) -> ProcessEvent { return std::move(kind); }, guard_event);
    // Not earlier: "started" is to stand before its first line.
    if (std::holds_alternative<Started>(event)) {
      stdout_ = Read(guarded_->stdout_fd(), LogStream::kStdout);
      stderr_ = Read(guarded_->stderr_fd(), LogStream::kStderr);
    }
    const auto* exited = std::get_if<Exited>(&event);
    const bool at_end =
        std::holds_alternative<AllGone>(event) || std::holds_alternative<GuardianLost>(event);
    if (at_end || (exited != nullptr && exited->leader)) {
      for (PipeReader* reader : {stdout_.get(), stderr_.get()}) {
        if (reader != nullptr) reader->Drain();
      }
    }
    Handle(event);
    if (at_end) return;
  }
}

void SupervisedProcess::Handle(const ProcessEvent& event) {
  const std::vector<ProcessAction> actions =
      Step(spec_, machine_, event, world_.loop.clock().Now());
  for (const ProcessAction& action : actions) {
    std::visit([this](const auto& kind) { Do(kind); }, action);
  }
  if (world_.changed) world_.changed(machine_.status);
}

void SupervisedProcess::Do(const LaunchIt&) {
  if (Status launched = Launch(); !launched) Handle(LaunchFailed{launched.error()});
}

void SupervisedProcess::Do(const WatchReadiness&) {
  std::visit([this](const auto& readiness) { Watch(readiness); }, spec_.readiness);
  if (std::holds_alternative<ReadyAfter>(spec_.readiness)) return;
  Arm(ready_limit_, spec_.ready_timeout, [this] {
    Handle(ReadyLate{probe_ ? probe_->problem() : "no line has matched the pattern"});
  });
}

void SupervisedProcess::Watch(const ReadyAfter& readiness) {
  Arm(ready_, readiness.delay, [this] { Handle(ReadySeen{"alive"}); });
}

void SupervisedProcess::Watch(const ReadyOnHttp& readiness) {
  probe_ = std::make_unique<HttpReadyProbe>(
      world_.loop, world_.sockets, readiness.port, readiness.path, [this](int status) {
        // The probe cannot be destroyed while it calls.
        Arm(ready_, Duration::zero(),
            [this, status] { Handle(ReadySeen{fmt::format("HTTP {}", status)}); });
      });
}

void SupervisedProcess::Watch(const ReadyOnLog&) {
  pattern_->Expect(
      [this] { Arm(ready_, Duration::zero(), [this] { Handle(ReadySeen{"its log says so"}); }); });
}

void SupervisedProcess::Do(const EndReadiness&) {
  Disarm(ready_);
  Disarm(ready_limit_);
  probe_.reset();
  if (pattern_) pattern_->Expect(nullptr);
}

void SupervisedProcess::Do(const SendSignal& action) {
  // It may have ended in this moment: the guardian will say so.
  if (guarded_ != nullptr) static_cast<void>(guarded_->Signal(action.target, action.signal));
}

void SupervisedProcess::Do(const KillTree&) {
  if (guarded_ != nullptr) static_cast<void>(guarded_->KillAll());
}

void SupervisedProcess::Do(const ArmGrace&) {
  Arm(grace_, spec_.grace, [this] { Handle(GraceOver{}); });
}

void SupervisedProcess::Do(const DisarmGrace&) {
  Disarm(grace_);
}

void SupervisedProcess::Do(const ArmRestart& action) {
  Arm(restart_, action.delay, [this] { Handle(RestartDue{}); });
}

void SupervisedProcess::Do(const DisarmRestart&) {
  Disarm(restart_);
}

void SupervisedProcess::Do(const Say& action) {
  world_.logs.Say(world_.loop.clock(), spec_.name, action.level, action.text);
  const RawLine line{.bytes = action.text};
  for (LogTap* tap : world_.taps) tap->Lines(spec_.name, LogStream::kTwelve, {&line, 1});
}

void SupervisedProcess::Do(const SayAfterLastWords& action) {
  unsaid_.push_back({action.level, action.text});
  AwaitLastWords();
}

void SupervisedProcess::Do(const LetGo&) {
  letting_go_ = true;
  AwaitLastWords();
}

bool SupervisedProcess::PipesEnded() const {
  return (!stdout_ || stdout_->ended()) && (!stderr_ || stderr_->ended());
}

void SupervisedProcess::AwaitLastWords() {
  if (PipesEnded()) {
    OnLastWords();
  } else if (last_words_ == 0) {
    Arm(last_words_, Supervisor::kLastWords, [this] { OnLastWords(); });
  }
}

void SupervisedProcess::OnPipeEnd() {
  if (PipesEnded() && last_words_ != 0) OnLastWords();
}

void SupervisedProcess::OnLastWords() {
  Disarm(last_words_);
  const bool letting_go = letting_go_;
  if (letting_go) {
    Release();
  } else {
    for (PipeReader* reader : {stdout_.get(), stderr_.get()}) {
      if (reader != nullptr && !reader->ended()) reader->FlushPartial();
    }
    for (const Say& say : std::exchange(unsaid_, {})) Do(say);
  }
  if (letting_go && world_.changed) world_.changed(machine_.status);
}

void SupervisedProcess::Release() {
  Disarm(last_words_);
  probe_.reset();
  stdout_.reset();
  stderr_.reset();
  if (guarded_ != nullptr) world_.loop.Unwatch(guarded_->control_fd());
  guarded_.reset();
  letting_go_ = false;
  for (const Say& say : std::exchange(unsaid_, {})) Do(say);
}

void SupervisedProcess::Arm(EventLoop::TimerId& timer, Duration delay, std::function<void()> task) {
  Disarm(timer);
  timer = world_.loop.After(delay, [&timer, task = std::move(task)] {
    timer = 0;
    task();
  });
}

void SupervisedProcess::Disarm(EventLoop::TimerId& timer) {
  if (timer != 0) world_.loop.Cancel(std::exchange(timer, 0));
}

}  // namespace twelve

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/logs/log_ingest.h"
#include "harness/logs/log_store.h"
#include "harness/loop/event_loop.h"
#include "harness/os/process_host.h"
#include "harness/os/socket_host.h"
#include "harness/process/http_ready_probe.h"
#include "harness/process/pipe_reader.h"
#include "harness/process/process_machine.h"
#include "harness/process/process_spec.h"

namespace twelve {

/// Searches lines for a pattern until it is found once.
class LinePattern final : public LogTap {
 public:
  /// kInvalid when it is no RE2 pattern.
  static Result<std::unique_ptr<LinePattern>> Create(const std::string& pattern);
  ~LinePattern() override;

  void Expect(std::function<void()> found) { found_ = std::move(found); }
  void Lines(std::string_view source, LogStream stream, std::span<const RawLine> lines) override;

 private:
  struct Compiled;
  explicit LinePattern(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
  std::function<void()> found_;  // empty: not looking
};

/// One process of a Supervisor: carries out what process_machine.h decides.
///
/// Threads: the loop's.
/// Owns:    guardian, pipes' readers, timers and probe of the present life.
/// Errors:  Start fails when there is no guardian to be had or the readiness pattern is no pattern.
class SupervisedProcess {
 public:
  struct World {
    EventLoop& loop;
    ProcessHost& host;
    SocketHost& sockets;
    LogStore& logs;
    std::vector<LogTap*> taps;
    bool keep_lines = true;
    std::function<void(const ProcessStatus&)> changed;
  };

  SupervisedProcess(World world, ProcessSpec spec);
  ~SupervisedProcess();
  SupervisedProcess(const SupervisedProcess&) = delete;
  SupervisedProcess& operator=(const SupervisedProcess&) = delete;

  Status Start();
  void Stop(std::string because) { Handle(StopAsked{std::move(because)}); }
  void Kill(std::string because) { Handle(KillAsked{std::move(because)}); }
  Status Signal(SignalTarget target, int signal, std::string because);

  const ProcessStatus& status() const { return machine_.status; }
  /// Nothing of it is left, nothing is still to be read or to be started again.
  bool Over() const { return guarded_ == nullptr && !machine_.status.restart_at; }
  /// From now on nobody is told of changes.
  void Silence() { world_.changed = nullptr; }

 private:
  Status Launch();
  std::unique_ptr<PipeReader> Read(int fd, LogStream stream);
  void OnControl();
  void Handle(const ProcessEvent& event);

  void Do(const LaunchIt& action);
  void Do(const WatchReadiness& action);
  void Do(const EndReadiness& action);
  void Do(const SendSignal& action);
  void Do(const KillTree& action);
  void Do(const ArmGrace& action);
  void Do(const DisarmGrace& action);
  void Do(const ArmRestart& action);
  void Do(const DisarmRestart& action);
  void Do(const Say& action);
  void Do(const SayAfterLastWords& action);
  void Do(const LetGo& action);

  void Watch(const ReadyAfter& readiness);
  void Watch(const ReadyOnHttp& readiness);
  void Watch(const ReadyOnLog& readiness);

  bool PipesEnded() const;
  void AwaitLastWords();
  void OnPipeEnd();
  void OnLastWords();
  void Release();
  void Arm(EventLoop::TimerId& timer, Duration delay, std::function<void()> task);
  void Disarm(EventLoop::TimerId& timer);

  World world_;
  ProcessSpec spec_;
  ProcessMachine machine_;
  std::unique_ptr<LinePattern> pattern_;

  std::unique_ptr<GuardedProcess> guarded_;
  std::unique_ptr<PipeReader> stdout_, stderr_;
  std::unique_ptr<HttpReadyProbe> probe_;
  EventLoop::TimerId grace_ = 0, ready_ = 0, ready_limit_ = 0, restart_ = 0, last_words_ = 0;
  std::vector<Say> unsaid_;  // until the last words are in
  bool letting_go_ = false;
};

}  // namespace twelve

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/logs/log_ingest.h"
#include "harness/logs/log_store.h"
#include "harness/loop/event_loop.h"
#include "harness/os/process_host.h"
#include "harness/os/socket_host.h"
#include "harness/process/process_spec.h"
#include "harness/process/process_status.h"

namespace twelve {

/// Runs any number of processes: starts them behind guardians, reads their output into the log
/// store, learns when each is ready, stops and restarts them.
///
/// Threads: everything on the loop's thread.
/// Owns:    its processes. The destructor closes all control sockets; guardians then kill what is
///          left. For an orderly end call StopAll and let the loop run until AllOver().
/// Errors:  Start fails for a name that is in use and alive, or when no guardian can be started.
///          A program that is missing or dies is an event, not an error.
class Supervisor {
 public:
  struct Seams {
    EventLoop& loop;
    ProcessHost& host;
    SocketHost& sockets;
    LogStore& logs;
  };
  using Observer = std::function<void(const ProcessStatus&)>;

  /// How long "ended" waits for what the leader's children still print, when they hold its pipe.
  static constexpr Duration kLastWords = std::chrono::milliseconds(100);

  explicit Supervisor(Seams seams);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Called after each change of any process: state, orphan adopted, exit.
  /// It may call anything here, also Start and Remove.
  void SetObserver(Observer observer);
  /// Gets every line as it comes, and what is said of the processes as LogStream::kTwelve. For
  /// processes that are started later; must outlive them.
  void AddTap(LogTap* tap);
  /// False: the lines of processes that are started later go to the taps alone, not to the store.
  void KeepLines(bool keep) { keep_lines_ = keep; }

  Status Start(ProcessSpec spec);
  /// Sends the stop signal to the leader, then SIGKILL to everything at `grace`. Once the leader is
  /// gone, what is left of its tree is ended too: SIGTERM at once, SIGKILL at the same deadline.
  /// A paused tree is continued, so that it can act on the signal. `because` becomes the reason of
  /// the draining state. Cancels a restart that is due.
  void Stop(const std::string& name, std::string because);
  /// All at once, each under its own grace.
  void StopAll(const std::string& because);
  /// SIGKILL to the whole tree now: "killed", we did it.
  void Kill(const std::string& name, std::string because);
  /// Any signal; does not change what is expected of the process, except SIGKILL (killed),
  /// SIGSTOP and SIGCONT (paused). SIGTERM and the spec's stop signal mark it as draining without
  /// starting the grace period: whether it ends is what somebody wants to see. It is no stop: the
  /// restart policy applies to the end that follows.
  Status Signal(const std::string& name, SignalTarget target, int signal, std::string because);
  /// Forgets a process that is over.
  void Remove(const std::string& name);

  /// Null when unknown.
  const ProcessStatus* Find(const std::string& name) const;
  std::vector<const ProcessStatus*> All() const;
  /// Every process and its tree is gone, its last words are read, and no restart is due.
  bool AllOver() const;

 private:
  class Process;
  Process* Get(const std::string& name) const;
  void Retire(std::unique_ptr<Process> process);

  Seams seams_;
  Observer observer_;
  std::vector<LogTap*> taps_;
  bool keep_lines_ = true;
  std::map<std::string, std::unique_ptr<Process>> processes_;
};

}  // namespace twelve

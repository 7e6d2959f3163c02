#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/run_output.h"
#include "harness/logs/log_store.h"
#include "harness/loop/event_loop.h"
#include "harness/os/process_host.h"
#include "harness/os/socket_host.h"
#include "harness/process/supervisor.h"

namespace twelve {

/// The exit code that a shell would give for how a process ended: its own, 128 + the signal, 127
/// for a program that is not there, 126 for one that cannot be started.
int ExitCodeOf(const ProcessStatus& status);

/// Runs processes in the terminal's foreground, from the first start to the last end, and shows
/// what they print.
///
/// Threads: the loop's; Run runs the loop.
/// Owns:    its processes.
/// Errors:  Run returns the exit code of the command; see run_command.h.
class RunSession {
 public:
  struct Seams {
    EventLoop& loop;
    ProcessHost& host;
    SocketHost& sockets;
  };
  RunSession(Seams seams, int out_fd, RunOutput::Format format, bool exit_with_first);
  ~RunSession();
  RunSession(const RunSession&) = delete;
  RunSession& operator=(const RunSession&) = delete;

  /// All at once.
  int Run(std::vector<ProcessSpec> specs);
  /// Group by group: the next one starts when all of the one before are ready. One that ends before
  /// it is ready, or is not ready in its time, stops all: exit code 1 if it has none of its own.
  int RunInTurn(std::vector<std::vector<ProcessSpec>> groups);

  /// Asks for the end of all; the second time, kills what is left.
  void OnSignal(int signal);
  /// A sentence among the lines.
  void Say(std::string_view text) { output_.Say(text); }

 private:
  int RunGroups(std::vector<std::vector<ProcessSpec>> groups);
  void StartGroup();
  void GoOnWhenReady();
  void OnLate();
  void StopAll(const std::string& because);
  void TellWhoIsWaitedFor();
  void OnChange(const ProcessStatus& status);
  void OnEndByItself(const ProcessStatus& status);
  void OnOutputFailed();
  void EndIfOver();
  int ExitCode() const;

  EventLoop& loop_;
  const bool exit_with_first_;
  LogStore logs_;
  RunOutput output_;
  Supervisor supervisor_;
  std::vector<std::vector<ProcessSpec>>
      waiting_;                     // groups that have not started, the next one last
  std::vector<std::string> group_;  // names of the group that must be ready
  bool in_turn_ = false;
  std::optional<int> code_;  // of the process that decides it
  bool stopping_ = false;
  bool asked_ = false;  // by a signal
  bool needed_sigkill_ = false;
  bool output_failed_ = false;
  EventLoop::TimerId tell_ = 0;
  EventLoop::TimerId late_ = 0;
};

}  // namespace twelve

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/base/mutex.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// For tests: a directory of its own, removed at the end with all that is in it.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// For tests: one twelve-service, started from TWELVE_BIN with exactly the environment that is
/// given, and PORT=0, HOST=127.0.0.1 and TMPDIR where it is not. Works in `directory`.
///
/// Threads: the test's; a thread of its own reads stdout and stderr.
/// Owns:    the process, and the one behind a shell when there is one; the destructor kills and
///          reaps them.
/// Errors:  what does not come within 30 seconds is an empty optional, or -1.
class ServiceProcess {
 public:
  struct Options {
    std::vector<std::string> arguments = {"web"};
    std::map<std::string, std::string> environment = {};
    bool read_stdout = true;    // false: nobody reads until ReadStdout
    bool close_stdout = false;  // the reader is gone before the service starts
    bool set_port = true;       // PORT=0 when there is none
    /// Stdout is a socket on which each write is read by itself; see Writes.
    bool stdout_keeps_writes = false;
    std::string program = {};  // empty: twelve-service from TWELVE_BIN
  };
  ServiceProcess(const ScratchDirectory& directory, Options options);
  ~ServiceProcess();
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;

  /// The process that was launched.
  pid_t pid() const { return pid_; }
  /// The process that serves, by its first event; -1 when there is none.
  pid_t ServicePid();
  void Signal(int signal) const;

  /// The data of the first event of this type, or of a later one; waits for it.
  std::optional<nlohmann::json> WaitForEvent(const std::string& type, int which = 1);
  /// From the "listening" event; 0 when it does not come.
  std::uint16_t WaitForPort();
  /// The port that a process really listens on, seen from outside; for when no event comes.
  std::uint16_t FindPort() const;

  /// The exit code, or 128 + the signal that ended it; waits for it. All output is there then.
  int WaitForExit();
  /// The same for a shell whose service may live on: the output goes on too.
  int WaitForLaunched();
  void ReadStdout();
  std::string Stdout();
  /// With stdout_keeps_writes, after the end: the writes that Stdout came in.
  int Writes();
  std::string Stderr();

 private:
  void Start(const ScratchDirectory& directory, const Options& options, int out, int err);
  void Read(int fd, std::string ServiceProcess::*into);

  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  UniqueFd process_;
  UniqueFd stdout_;
  UniqueFd stderr_;
  Mutex mutex_;
  CondVar more_came_;
  int writes_ TWELVE_GUARDED_BY(mutex_) = 0;
  std::string out_ TWELVE_GUARDED_BY(mutex_);
  std::string err_ TWELVE_GUARDED_BY(mutex_);
  std::vector<std::thread> readers_;
};

}  // namespace twelve

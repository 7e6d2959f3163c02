#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// How a process ended, from its wait status.
struct ExitStatus {
  bool signalled = false;
  int code = 0;  // exit code, or the signal's number if `signalled`
  bool core = false;
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};
/// "exit 0", "exit 78", "SIGKILL", "SIGSEGV, core dumped".
std::string Describe(const ExitStatus& status);
/// "SIGTERM" for 15; "signal 70" for one without a name.
std::string SignalName(int signal);
/// Accepts "TERM", "SIGTERM", "term" and "15".
Result<int> ParseSignal(std::string_view text);

/// Ceilings for one service; nothing set means: as this program has it.
struct ResourceLimits {
  std::optional<std::uint64_t> address_space_bytes;  // RLIMIT_AS
  std::optional<std::uint64_t> open_files;           // RLIMIT_NOFILE
  std::optional<std::uint64_t> cpu_seconds;          // RLIMIT_CPU
  std::optional<std::uint64_t> core_bytes;           // RLIMIT_CORE
};

/// What the service may see of the machine.
struct Isolation {
  bool pid_namespace = false;      // the service is PID 1 there
  bool network_namespace = false;  // only a loopback interface of its own
  std::vector<std::string> read_only_paths;
};

/// One service to start. Nothing is inherited but what stands here.
struct SpawnRequest {
  std::vector<std::string> argv;         // argv[0] is looked up in the PATH of `environment`
  std::vector<std::string> environment;  // "NAME=value"
  std::string directory;                 // empty: this program's
  ResourceLimits limits;
  Isolation isolation;
  std::optional<uid_t> user;
  std::optional<gid_t> group;
  std::vector<std::string> remove_at_end;  // directories that the guardian deletes when all is dead
  bool stdin_pipe = false;                 // otherwise /dev/null
};

// What a guardian reports.
struct Started {
  pid_t pid = 0;                  // as this program sees it
  std::uint64_t start_ticks = 0;  // field 22 of /proc/PID/stat: tells a reused pid apart
};
struct StartFailed {
  Error error;  // kNotFound: no such program; kDenied: not executable or namespace refused
};
struct Adopted {  // a descendant lost its parent and was re-parented to the guardian
  pid_t pid = 0;
};
struct Exited {
  pid_t pid = 0;
  bool leader = false;  // the service itself; false for an adopted orphan
  ExitStatus status;
};
struct AllGone {};       // no descendant is left
struct GuardianLost {};  // the guardian died; its leader's group was killed
using GuardEvent = std::variant<Started, StartFailed, Adopted, Exited, AllGone, GuardianLost>;

enum class SignalTarget {
  kLeader,  // the launched process only
  kGroup,   // its process group
  kTree,    // every living descendant, orphans too
};

/// A service behind its guardian.
///
/// Threads: one thread; usually the loop's.
/// Owns:    the pipes. The destructor closes the control socket, upon which the guardian kills
///          whatever is left.
class GuardedProcess {
 public:
  virtual ~GuardedProcess() = default;
  virtual int control_fd() const = 0;  // readable when Events() has something
  virtual int stdout_fd() const = 0;   // non-blocking
  virtual int stderr_fd() const = 0;   // non-blocking
  virtual int stdin_fd() const = 0;    // -1 unless asked for
  /// The root of everything that it started, for ProcessTable::Tree; 0 when there is no guardian.
  virtual pid_t guardian_pid() const { return 0; }
  /// Closes stdin_fd(): the service reads end of file.
  virtual void CloseStdin() {}
  /// Does not block. The last event is AllGone, or GuardianLost.
  virtual std::vector<GuardEvent> Events() = 0;
  virtual Status Signal(SignalTarget target, int signal) = 0;
  /// SIGKILL to every descendant until none is left; AllGone follows.
  virtual Status KillAll() = 0;
};

/// Starts services behind guardians. Threads: any.
class ProcessHost {
 public:
  virtual ~ProcessHost() = default;
  /// Returns once the guardian runs; whether the service started is an event.
  virtual Result<std::unique_ptr<GuardedProcess>> Spawn(const SpawnRequest& request) = 0;
};

}  // namespace twelve

#pragma once

#include <dirent.h>
#include <sys/types.h>

#include <cstdint>

namespace twelve::guard {

/// The fields of /proc/PID/stat that a guardian needs.
struct Stat {
  char state = '?';
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  std::uint64_t start_ticks = 0;
};
/// False when there is no such process.
bool ReadStat(pid_t pid, Stat* stat);

/// Finds the descendants of this process by /proc, quickly and again and again: a process that is
/// once known to be foreign is not looked at a second time, because it can never become ours.
/// (A pid that is used again can; call Forget() now and then.)
class Descendants {
 public:
  Descendants();
  Descendants(const Descendants&) = delete;
  Descendants& operator=(const Descendants&) = delete;

  /// Calls visit(pid, context) for every process that may be a descendant.
  void ForEachCandidate(void (*visit)(pid_t pid, void* context), void* context);
  /// True when `pid` descends from this process. Fills `stat` with what was read of `pid`.
  /// REQUIRES: the caller holds a pidfd of `pid`, and asks afterwards whether it is still alive.
  bool IsOurs(pid_t pid, Stat* stat);
  void Forget();
  /// The number that was given out last on this machine, 0 if unknown.
  pid_t NewestPid() const;

 private:
  static constexpr pid_t kMaxPid = 1 << 22;  // PID_MAX_LIMIT of the kernel

  bool IsForeign(pid_t pid) const;
  void SetForeign(pid_t pid);
  /// 1 ours, 0 not, -1 a process on the way to the root vanished meanwhile.
  int Walk(pid_t pid, Stat* stat);

  pid_t self_;
  DIR* proc_;
  std::uint8_t* foreign_;  // one bit per pid; never freed, lives as long as the program
};

/// A pidfd of `pid`, -1 when there is none.
int OpenPidfd(pid_t pid);
void SignalPidfd(int pidfd, int signal);

}  // namespace twelve::guard

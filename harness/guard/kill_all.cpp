#include "harness/guard/kill_all.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

namespace twelve::guard {
namespace {

constexpr int kMostFrozen = 512;       // handles open at a time; the rest waits for the next round
constexpr int kChaseSteps = 64;        // looks at the newest pids in a row
constexpr pid_t kNewestPids = 8;       // how many of them a look takes in
constexpr int kRoundsUntilForget = 8;  // then foreign pids may have been given out again
constexpr long kShortestWaitNs = 500'000;
constexpr long kLongestWaitNs = 20'000'000;  // somebody hangs in the kernel: no use in hurrying

/// Stops descendants, then kills them: what is stopped cannot fork, nor answer the end of another.
class Hunt {
 public:
  explicit Hunt(Descendants& descendants) : descendants_(descendants) {}
  Hunt(const Hunt&) = delete;
  Hunt& operator=(const Hunt&) = delete;

  /// One round; true when it found anybody.
  bool Round() {
    do {
      found_ = 0;
      descendants_.ForEachCandidate(
          [](pid_t pid, void* self) { static_cast<Hunt*>(self)->Freeze(pid); }, this);
      ChaseNewest();
    } while (found_ > 0 && count_ < kMostFrozen);
    const bool any = count_ > 0;
    KillFrozen();
    return any;
  }

 private:
  struct Frozen {
    pid_t pid;
    int pidfd;
    pid_t group;  // 0 unless it is safe to signal the whole group
  };

  void Freeze(pid_t pid) {
    if (count_ == kMostFrozen || IsFrozen(pid)) return;
    const int pidfd = OpenPidfd(pid);
    if (pidfd < 0) return;
    Stat stat;
    if (!descendants_.IsOurs(pid, &stat) || stat.state == 'Z' || stat.state == 'X') {
      close(pidfd);
      return;
    }
    // Groups do not cross sessions, so nobody but our descendants is in the group of a child of
    // ours or of a member of our session. One call then reaches all of it, also who is being forked
    // at this moment. (That the group ends and its number goes once round before the next line is
    // ruled out: numbers are given out in turn.)
    const bool in_reach = stat.parent == getpid() || stat.session == getpid();
    const bool whole = in_reach && stat.group > 1 && stat.group != getpgrp();
    if (whole) kill(-stat.group, SIGSTOP);
    SignalPidfd(pidfd, SIGSTOP);
    frozen_[count_++] = {pid, pidfd, whole ? stat.group : 0};
    ++found_;
  }

  /// A chain that forks and exits, each link in a session of its own, is over before a scan of all
  /// processes gets to it. Its next link is among the numbers that were given out last.
  void ChaseNewest() {
    pid_t seen = 0;
    for (int i = 0; i < kChaseSteps; ++i) {
      const pid_t newest = descendants_.NewestPid();
      if (newest == seen) return;  // nobody forks
      for (pid_t pid = newest; pid > 1 && pid > newest - kNewestPids && pid != seen; --pid) {
        Freeze(pid);
      }
      seen = newest;
    }
  }

  bool IsFrozen(pid_t pid) const {
    for (int i = 0; i < count_; ++i) {
      if (frozen_[i].pid == pid) return true;
    }
    return false;
  }

  void KillFrozen() {
    for (int i = 0; i < count_; ++i) {
      if (frozen_[i].group != 0) kill(-frozen_[i].group, SIGKILL);
      SignalPidfd(frozen_[i].pidfd, SIGKILL);
      close(frozen_[i].pidfd);
    }
    count_ = 0;
  }

  Descendants& descendants_;
  Frozen frozen_[kMostFrozen];
  int count_ = 0;
  int found_ = 0;
};

/// True when a child ended within `limit_ns`.
bool WaitForChild(long limit_ns) {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  const timespec limit = {0, limit_ns};
  return sigtimedwait(&child, nullptr, &limit) == SIGCHLD;
}

/// Lets those who have been hit fall. False when nobody is left. A chain of forks falls without
/// end, so this ends.
bool LetFall(Children& children, long limit_ns) {
  constexpr int kMostFalls = 32;
  for (int falls = 0; falls < kMostFalls; ++falls) {
    if (!children.Reap()) return false;
    if (!WaitForChild(limit_ns)) break;
  }
  return children.Reap();
}

struct Target {
  Descendants& descendants;
  pid_t group;  // 0: any
  int signal;
};

void SignalTargets(Target target) {
  target.descendants.ForEachCandidate(
      [](pid_t pid, void* context) {
        const auto* to = static_cast<const Target*>(context);
        const int pidfd = OpenPidfd(pid);
        if (pidfd < 0) return;
        Stat stat;
        if (to->descendants.IsOurs(pid, &stat) && (to->group == 0 || to->group == stat.group)) {
          SignalPidfd(pidfd, to->signal);
        }
        close(pidfd);
      },
      &target);
}

}  // namespace

void SignalTree(Descendants& descendants, int signal) {
  descendants.Forget();
  SignalTargets({descendants, 0, signal});
}

void SignalGroup(Descendants& descendants, pid_t group, int signal) {
  descendants.Forget();
  SignalTargets({descendants, group, signal});
}

void KillAll(Children& children, Descendants& descendants) {
  setpriority(PRIO_PROCESS, 0, -20);  // refused to ordinary users; it only makes the chase shorter
  children.BeginKilling();
  if (children.leader() != 0) {
    // Most trees are one group; this ends them without a look at /proc.
    kill(-children.group(), SIGKILL);
    kill(children.leader(), SIGKILL);
  }
  if (!LetFall(children, kShortestWaitNs)) return;
  descendants.Forget();
  Hunt hunt(descendants);
  long wait_ns = kShortestWaitNs;
  for (int round = 1;; ++round) {
    const bool found = hunt.Round();
    wait_ns = found ? kShortestWaitNs : wait_ns * 2 < kLongestWaitNs ? wait_ns * 2 : kLongestWaitNs;
    if (!LetFall(children, wait_ns)) return;
    if (round % kRoundsUntilForget == 0) descendants.Forget();
  }
}

}  // namespace twelve::guard

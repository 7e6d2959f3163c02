#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "factors/contracts/cancellation.h"
#include "harness/base/clock.h"
#include "harness/base/mutex.h"
#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Factor VIII: work that computes goes to processes, as many as there are cores. They are started
/// from the same binary with posix_spawn, not forked: a fork copies the page tables of a large
/// parent and the locks of its threads.
///
/// A child reads a task, one line, on its standard input and writes its answer, one line, on its
/// standard output; both are one socket. The answer begins with '+' when it is a result and with
/// '-' when it is a reason why there is none. When the parent is gone, however it ended, the child
/// reads the end of its input and ends. SIGTERM and SIGINT are blocked in it: what is sent to the
/// whole group means the parent, which still waits for answers.
///
/// Threads: Run and Pids from any.
/// Owns:    the children; the destructor ends and reaps them.
/// Errors:  see Run. A child that dies is replaced, between two tasks as well.
class ProcessPool {
 public:
  /// Starts `size` children. `command` is a program with its arguments.
  static Result<std::unique_ptr<ProcessPool>> Start(std::vector<std::string> command, int size);
  ~ProcessPool();

  /// Waits for a child that is free, hands it the task and waits for the answer. kInvalid with the
  /// child's reason; kClosed when `cancel` came first (the child that computed is killed);
  /// kSystem when the child died, with how. `task` is one line, without its end.
  Result<std::string> Run(const std::string& task, const Cancellation& cancel);

  int size() const { return static_cast<int>(slots_.size()); }
  /// The children that live now.
  std::vector<pid_t> Pids() const TWELVE_EXCLUDES(mutex_);
  /// Children that were started in the place of a dead one.
  std::int64_t Replaced() const { return replaced_; }

 private:
  /// A place for a child. While it is busy it belongs to the thread that made it so.
  struct Slot {
    std::atomic<pid_t> pid{-1};
    UniqueFd process;  // a pidfd
    UniqueFd socket;
    TimePoint started{};
    bool busy = false;  // guarded by mutex_
  };

  ProcessPool(std::vector<std::string> command, int size);
  Status StartChild(Slot& slot);
  Slot* Take(const Cancellation& cancel) TWELVE_EXCLUDES(mutex_);
  void Give(Slot& slot) TWELVE_EXCLUDES(mutex_);
  Result<std::string> RunIn(Slot& slot, const std::string& task, const Cancellation& cancel);
  Result<std::string> Answer(Slot& slot, const Cancellation& cancel);
  Error Lost(Slot& slot);
  std::string Kill(Slot& slot);
  void Keep() TWELVE_EXCLUDES(mutex_);
  void ReplaceTheDead() TWELVE_EXCLUDES(mutex_);

  const std::vector<std::string> command_;
  const SystemClock clock_;
  UniqueFd free_;     // an eventfd that counts free slots
  UniqueFd changed_;  // an eventfd that wakes the keeper
  std::atomic<bool> ending_{false};
  std::atomic<std::int64_t> replaced_{0};
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Slot>> slots_;  // never changes once it is made
  std::thread keeper_;
};

}  // namespace twelve

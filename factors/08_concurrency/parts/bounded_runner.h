#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "harness/base/mutex.h"

namespace twelve {

/// Factor VIII: work that waits, for a disk, a database or another service, costs a thread and no
/// processor. So many pieces of it go on at once, but never more than `most`: what nothing limits
/// falls over on the first busy day.
///
/// A thread begins with the first work that finds all others busy; it stays until the end.
///
/// Threads: any. Work must not wait for a place itself.
/// Owns:    its threads; the destructor waits for the work that goes on.
class BoundedRunner {
 public:
  static constexpr int kMost = 50;

  explicit BoundedRunner(int most = kMost) : most_(most) {}
  ~BoundedRunner();
  BoundedRunner(const BoundedRunner&) = delete;
  BoundedRunner& operator=(const BoundedRunner&) = delete;

  /// Waits for one of the places and starts `work` there.
  void Run(std::function<void()> work) TWELVE_EXCLUDES(mutex_);
  /// Waits until there is a place. With one caller of Run, that Run will not wait.
  void WaitForPlace() TWELVE_EXCLUDES(mutex_);
  /// Waits until nothing goes on, or until then; true when nothing does.
  bool WaitForAll(std::chrono::steady_clock::time_point until) TWELVE_EXCLUDES(mutex_);

  int most() const { return most_; }
  /// Pieces of work that go on.
  int Running() const TWELVE_EXCLUDES(mutex_);

 private:
  void Work() TWELVE_EXCLUDES(mutex_);

  const int most_;
  mutable Mutex mutex_;
  CondVar work_came_;
  CondVar work_ended_;
  std::deque<std::function<void()>> work_ TWELVE_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ TWELVE_GUARDED_BY(mutex_);
  int running_ TWELVE_GUARDED_BY(mutex_) = 0;  // those in work_ included
  bool ending_ TWELVE_GUARDED_BY(mutex_) = false;
};

}  // namespace twelve

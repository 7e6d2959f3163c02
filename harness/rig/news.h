#pragma once

#include <chrono>
#include <cstdint>

#include "harness/base/mutex.h"

namespace twelve {

/// Wakes whoever waits for anything to happen. What happened is looked up elsewhere.
///
/// Usage: take Seen(), look whether the thing has happened, and if not, WaitPast that number: news
/// in between is never missed.
///
/// Threads: any.
class News {
 public:
  void Tell() {
    MutexLock lock(mutex_);
    ++count_;
    changed_.NotifyAll();
  }
  std::uint64_t Seen() const {
    MutexLock lock(mutex_);
    return count_;
  }
  /// Returns once more than `seen` was told, or at `when`.
  void WaitPast(std::uint64_t seen, std::chrono::steady_clock::time_point when) {
    MutexLock lock(mutex_);
    while (count_ == seen && std::chrono::steady_clock::now() < when) {
      changed_.WaitUntil(mutex_, when);
    }
  }

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  std::uint64_t count_ TWELVE_GUARDED_BY(mutex_) = 0;
};

}  // namespace twelve

#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

// clang checks these when built with -Wthread-safety (preset "clang"); libstdc++'s std::mutex
// carries no such marks.
#if defined(__clang__)
#define TWELVE_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define TWELVE_THREAD_ATTRIBUTE(x)
#endif
#define TWELVE_GUARDED_BY(x) TWELVE_THREAD_ATTRIBUTE(guarded_by(x))
#define TWELVE_REQUIRES(...) TWELVE_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define TWELVE_EXCLUDES(...) TWELVE_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace twelve {

/// std::mutex with the marks that clang's thread-safety analysis needs.
class TWELVE_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void Lock() TWELVE_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void Unlock() TWELVE_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class TWELVE_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) TWELVE_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() TWELVE_THREAD_ATTRIBUTE(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// Waiting may wake up for no reason: callers loop over their predicate.
class CondVar {
 public:
  void Wait(Mutex& mutex) TWELVE_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  void WaitUntil(Mutex& mutex, std::chrono::steady_clock::time_point when) TWELVE_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    // A plain wait_until(steady_clock) is invisible to TSan of gcc 12 (pthread_cond_clockwait).
    condition_.wait_until(
        lock, std::chrono::system_clock::now() + (when - std::chrono::steady_clock::now()));
    lock.release();
  }
  void NotifyAll() { condition_.notify_all(); }
  void NotifyOne() { condition_.notify_one(); }

 private:
  std::condition_variable condition_;
};

}  // namespace twelve

#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <list>
#include <thread>

#include "harness/base/clock.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Threads that come with the work and leave after two seconds without any. A fixed pool would
/// let a few idle or slow connections keep all others waiting.
///
/// Threads: Run from any; Join from one, once, after the last Run.
/// Owns:    its threads; the destructor joins them.
/// Errors:  work beyond `most` threads waits for one to come free.
class ElasticThreads {
 public:
  ElasticThreads(std::size_t most, const Clock& clock) : most_(most), clock_(clock) {}
  ~ElasticThreads() { Join(); }
  ElasticThreads(const ElasticThreads&) = delete;
  ElasticThreads& operator=(const ElasticThreads&) = delete;

  void Run(std::function<void()> work) TWELVE_EXCLUDES(mutex_);
  /// True when every thread is busy and work is waiting. Asked for every answer: takes no lock.
  bool Saturated() const { return saturated_; }
  std::size_t Count() const TWELVE_EXCLUDES(mutex_);
  /// Waits for all work to be done.
  void Join() TWELVE_EXCLUDES(mutex_);

 private:
  using Thread = std::list<std::thread>::iterator;

  void Serve(Thread self) TWELVE_EXCLUDES(mutex_);
  bool WaitForWork() TWELVE_REQUIRES(mutex_);
  void Weigh() TWELVE_REQUIRES(mutex_);

  const std::size_t most_;
  const Clock& clock_;
  mutable Mutex mutex_;
  CondVar work_came_;
  CondVar thread_left_;
  std::deque<std::function<void()>> work_ TWELVE_GUARDED_BY(mutex_);
  std::list<std::thread> threads_ TWELVE_GUARDED_BY(mutex_);
  std::list<std::thread> finished_ TWELVE_GUARDED_BY(mutex_);  // still to be joined
  std::size_t idle_ TWELVE_GUARDED_BY(mutex_) = 0;
  bool joining_ TWELVE_GUARDED_BY(mutex_) = false;
  std::atomic<bool> saturated_{false};
};

}  // namespace twelve

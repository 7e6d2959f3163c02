#pragma once

#include <sys/eventfd.h>

#include "harness/base/clock.h"
#include "harness/base/mutex.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// The wish that work which goes on be given up. Set once.
///
/// Threads: any.
class Cancellation {
 public:
  void Cancel() TWELVE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    cancelled_ = true;
    wished_.NotifyAll();
    ::eventfd_write(event_.get(), 1);
  }
  bool cancelled() const TWELVE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return cancelled_;
  }
  /// Waits until then, or until Cancel; cancelled().
  bool WaitUntil(TimePoint when) const TWELVE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (!cancelled_ && std::chrono::steady_clock::now() < when) wished_.WaitUntil(mutex_, when);
    return cancelled_;
  }
  bool WaitFor(Duration at_most) const {
    return WaitUntil(std::chrono::steady_clock::now() + at_most);
  }
  /// Readable from Cancel on, for ever: for those who wait for a descriptor as well.
  int fd() const { return event_.get(); }

 private:
  const UniqueFd event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  mutable Mutex mutex_;
  mutable CondVar wished_;
  bool cancelled_ TWELVE_GUARDED_BY(mutex_) = false;
};

}  // namespace twelve

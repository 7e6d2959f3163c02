#pragma once

#include "harness/base/clock.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Time that moves only when a test says so. Threads: any.
class FakeClock final : public Clock {
 public:
  TimePoint Now() const override {
    MutexLock lock(mutex_);
    return now_;
  }
  WallTime WallNow() const override {
    MutexLock lock(mutex_);
    return wall_;
  }
  void Advance(Duration by) {
    MutexLock lock(mutex_);
    now_ += by;
    wall_ += std::chrono::duration_cast<WallTime::duration>(by);
  }

 private:
  mutable Mutex mutex_;
  TimePoint now_ TWELVE_GUARDED_BY(mutex_) = TimePoint(std::chrono::hours(1));
  WallTime wall_ TWELVE_GUARDED_BY(mutex_) = WallTime(std::chrono::seconds(1'700'000'000));
};

}  // namespace twelve

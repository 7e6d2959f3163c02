#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>

#include "harness/base/mutex.h"
#include "harness/loop/event_loop.h"
#include "tests/support/fake_clock.h"

namespace twelve {

/// An EventLoop whose time is a FakeClock: it never waits. Descriptors are real and asked with a
/// zero timeout; timers fire when a test moves the time.
///
/// Threads: Post and Stop from any thread, everything else on one.
/// Owns:    nothing that it watches. `clock` must outlive it.
class FakeEventLoop final : public EventLoop {
 public:
  explicit FakeEventLoop(FakeClock& clock) : clock_(clock) {}

  /// Handles descriptors, posted tasks and due timers until nothing is left to do at this time.
  void RunUntilIdle();
  /// Moves the time on by `by`, stopping at each timer on the way.
  void Advance(Duration by);
  /// Timers that wait and descriptors that are watched: both 0 when all was cleaned up.
  std::size_t timers() const { return timers_.size(); }
  std::size_t watched() const { return watched_.size(); }

  const Clock& clock() const override { return clock_; }
  Status Watch(int fd, Interest interest, FdHandler handler) override;
  Status Change(int fd, Interest interest) override;
  void Unwatch(int fd) override;
  TimerId At(TimePoint when, Task task) override;
  void Cancel(TimerId timer) override;
  void Post(Task task) override;
  /// Handles what there is, then jumps to the next timer, until Stop or until nothing can happen.
  void Run() override;
  void Stop() override;
  /// As RunUntilIdle; if nothing is to be done, jumps to the next timer within `limit`.
  void RunOnce(Duration limit) override;

 private:
  struct Watched {
    Interest interest;
    FdHandler handler;
    bool fresh = true;  // edge-triggered: not told yet
  };
  bool RunPosted();
  bool RunDescriptors();
  bool RunTimers();
  bool Step();  // true if there was anything to do
  bool stopped();

  FakeClock& clock_;
  std::map<int, std::shared_ptr<Watched>> watched_;
  std::map<std::pair<TimePoint, TimerId>, Task> timers_;
  TimerId next_timer_ = 1;
  Mutex mutex_;
  std::deque<Task> posted_ TWELVE_GUARDED_BY(mutex_);
  bool stop_ TWELVE_GUARDED_BY(mutex_) = false;
};

}  // namespace twelve

#pragma once

#include <cstdint>
#include <functional>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// What may happen to a descriptor. A handler gets the union of those that did.
struct FdEvents {
  bool readable = false;
  bool writable = false;
  bool hang_up = false;  // the other side is gone, or an error is pending; always reported
};

/// One thread's wait for descriptors, timers and posted work.
///
/// Threads: Post and Stop may be called from any thread; everything else on the thread that runs
///          the loop, or before it runs.
/// Owns:    its own descriptors; never those that it watches.
/// Errors:  Watch fails if the descriptor cannot be watched (a regular file, a closed one).
class EventLoop {
 public:
  using FdHandler = std::function<void(FdEvents)>;
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;  // never 0, never used twice

  virtual ~EventLoop() = default;
  virtual const Clock& clock() const = 0;

  /// Level-triggered unless `edge`. REQUIRES: fd is not watched yet.
  struct Interest {
    bool readable = true;
    bool writable = false;
    bool edge = false;
  };
  virtual Status Watch(int fd, Interest interest, FdHandler handler) = 0;
  virtual Status Change(int fd, Interest interest) = 0;
  /// Safe inside any handler, also the fd's own; no event of this fd is delivered afterwards.
  virtual void Unwatch(int fd) = 0;

  virtual TimerId At(TimePoint when, Task task) = 0;
  TimerId After(Duration delay, Task task) { return At(clock().Now() + delay, std::move(task)); }
  virtual void Cancel(TimerId timer) = 0;

  /// Runs `task` on the loop's thread, after tasks posted before it. Wakes the loop.
  virtual void Post(Task task) = 0;

  /// Returns after Stop().
  virtual void Run() = 0;
  virtual void Stop() = 0;
  /// Handles what is pending, waiting at most `limit` for the first event.
  virtual void RunOnce(Duration limit) = 0;
};

}  // namespace twelve

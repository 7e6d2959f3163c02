#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/base/mutex.h"
#include "harness/base/unique_fd.h"
#include "harness/loop/event_loop.h"

namespace twelve {

/// EventLoop over epoll. Timers end the wait to the microsecond: the thread that runs the loop gets
/// a timer slack of 1 ns (50 µs is the kernel's default).
///
/// Threads: as EventLoop says.
/// Owns:    an epoll descriptor and an eventfd.
/// Errors:  Create fails when the machine is out of descriptors.
class PosixEventLoop final : public EventLoop {
 public:
  /// `clock` must outlive the loop.
  static Result<std::unique_ptr<EventLoop>> Create(const Clock& clock);

  const Clock& clock() const override { return clock_; }
  Status Watch(int fd, Interest interest, FdHandler handler) override;
  Status Change(int fd, Interest interest) override;
  void Unwatch(int fd) override;
  TimerId At(TimePoint when, Task task) override;
  void Cancel(TimerId timer) override;
  void Post(Task task) override;
  /// A Stop() that came before Run() counts: Run then returns after one round.
  void Run() override;
  void Stop() override;
  void RunOnce(Duration limit) override;

 private:
  /// An epoll event carries descriptor and generation: an event fetched before Unwatch must not
  /// reach whoever watches a reused descriptor number afterwards.
  struct Watched {
    std::uint32_t generation = 0;
    FdHandler handler;
  };

  PosixEventLoop(const Clock& clock, UniqueFd epoll, UniqueFd wake);
  void Wait(Duration limit);
  void Dispatch(std::uint64_t tag, std::uint32_t events);
  void RunPosted();
  void RunTimers();
  Duration UntilNextTimer(Duration limit) const;
  void Wake();

  const Clock& clock_;
  UniqueFd epoll_;
  UniqueFd wake_;
  std::uint32_t next_generation_ = 1;
  std::vector<std::shared_ptr<Watched>> watched_;  // by descriptor

  TimerId next_timer_ = 1;
  std::map<std::pair<TimePoint, TimerId>, Task> timers_;  // by due time, then by age
  std::unordered_map<TimerId, TimePoint> due_;

  std::atomic<bool> stop_ = false;
  Mutex mutex_;
  std::vector<Task> posted_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

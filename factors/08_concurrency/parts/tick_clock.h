#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include "factors/contracts/cancellation.h"
#include "factors/contracts/event_sink.h"
#include "factors/contracts/job_queue.h"
#include "factors/contracts/termination.h"

namespace twelve {

/// Factor VIII: what must happen at certain times has a process type of its own. It does nothing
/// itself: at each tick it puts one job, and workers do it.
///
/// Ticks are the multiples of the interval since 1970, the same for everybody, and the time of the
/// tick is the job's idempotency key. So two clocks, during a deploy or by mistake, make one job,
/// and a clock that starts again in the middle of an interval makes none twice.
///
/// Threads: Start once; what Drainable offers from one thread; Put from any.
/// Owns:    its thread.
/// Errors:  a queue that is away is asked again until the next tick; then that one counts.
class TickClock final : public Drainable {
 public:
  /// `job` is what to put; its key is set for each tick. References must outlive it.
  TickClock(Job job, Duration interval, JobQueue& queue, EventSink& events, const Clock& clock);
  ~TickClock() override;

  void Start();

  void StopAccepting() override;
  int Open() const override { return ticking_ ? 1 : 0; }
  std::string_view open_field() const override { return "work_in_hand"; }
  std::string_view cut_field() const override { return "work_cut"; }
  bool Ended() const override { return false; }
  int change_fd() const override { return change_.get(); }
  /// Jobs that this clock has put; another clock may have put the same ones.
  std::int64_t ticks() const { return ticks_; }

  /// The first tick after `now`.
  static WallTime Next(WallTime now, Duration interval);
  /// "tick:2024-05-01T12:00:30Z"
  static std::string Key(WallTime tick);

 private:
  void Tick();
  void Put(WallTime tick, WallTime next);

  const Job job_;
  const Duration interval_;
  JobQueue& queue_;
  EventSink& events_;
  const Clock& clock_;
  const UniqueFd change_;
  Cancellation stop_;
  std::atomic<bool> ticking_{false};
  std::atomic<std::int64_t> ticks_{0};
  std::thread thread_;
};

}  // namespace twelve

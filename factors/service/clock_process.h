#pragma once

#include <memory>

#include "factors/08_concurrency/parts/tick_clock.h"
#include "factors/service/attached_services.h"

namespace twelve {

/// The process type "clock": puts one job into the queue at each tick, until it is asked to end.
/// It opens no port. One of it is enough; two do no harm.
///
/// Threads: made, run and destroyed on the main thread, with the termination installed.
/// Owns:    its backing services and the thread that ticks.
/// Errors:  see ServiceRuntime; exit code 69.
class ClockProcess {
 public:
  /// `runtime` must outlive it.
  explicit ClockProcess(ServiceRuntime& runtime) : runtime_(runtime) {}

  /// Blocks; the exit code. REQUIRES: the runtime has begun.
  int Run();
  bool HasWorkInFlight() const { return clock_ && clock_->Open() > 0; }

 private:
  Status Boot();
  int Stopped(int exit_code);

  ServiceRuntime& runtime_;
  std::unique_ptr<AttachedServices> services_;
  std::unique_ptr<TickClock> clock_;
};

}  // namespace twelve

#pragma once

#include <csignal>

#include "factors/contracts/event_sink.h"
#include "factors/contracts/termination.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Factor IX: SIGTERM (or SIGINT) ends the process without the loss of a request.
///
///   1. /ready says no and every answer says "Connection: close", but everything is still
///      answered: routers and clients find out in their own time.
///   2. After the drain delay the listener and the idle connections close.
///   3. Requests in flight finish. Then exit code 0.
///
/// /health stays 200 throughout: a process that is ending is not ill, and must not be killed for
/// it. When the grace period is over (counted from the signal) the rest is cut: exit code 1. A
/// second signal ends the process at once: exit code 128 + signal.
///
/// Threads: see TerminationHandling.
/// Errors:  none; each turn is an event.
class GracefulTermination final : public TerminationHandling {
 public:
  struct Times {
    Duration drain_delay;
    Duration grace;
  };

  /// Blocks the signals, which also takes the default action away that a process 1 does not have.
  void Install() override;
  bool WaitForRequest(Duration at_most) override;
  int Run(Drainable& service) override;

  /// What Run needs and Install does not: the configuration is read between the two.
  /// REQUIRES: called before Run; what is passed by reference outlives it.
  void Configure(Times times, DrainState& drain, EventSink& events, const Clock& clock);

 private:
  /// What ended a wait.
  enum class Woken { kTimeout, kSignal, kChange };

  Woken Wait(int change_fd, Duration at_most);
  int ReadSignal();
  int Drain(Drainable& service, TimePoint asked);
  int EndAtOnce(const Drainable& service);

  UniqueFd signals_;
  int first_signal_ = 0;
  int last_signal_ = 0;
  Times times_{};
  DrainState* drain_ = nullptr;
  EventSink* events_ = nullptr;
  const Clock* clock_ = nullptr;
};

}  // namespace twelve

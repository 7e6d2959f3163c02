#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "harness/base/clock.h"
#include "harness/loop/event_loop.h"
#include "harness/os/posix/posix_signals.h"

namespace twelve {

/// Whether the user wants to stop: SIGINT, SIGTERM or SIGHUP came.
/// - Make it before any thread: threads inherit that the signals are blocked.
/// - Pass `requested` to a rig as its `cancelled`.
///
/// Threads: requested() from any. Owns: a thread that waits for the signals.
/// Errors:  without descriptors nothing is heard and requested() stays false.
class Interruption {
 public:
  explicit Interruption(const Clock& clock);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  bool requested() const { return requested_.load(); }

 private:
  std::atomic<bool> requested_{false};
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<PosixSignals> signals_;
  std::thread thread_;
};

}  // namespace twelve

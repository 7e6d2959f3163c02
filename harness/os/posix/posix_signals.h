#pragma once

#include <functional>
#include <memory>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/loop/event_loop.h"

namespace twelve {

/// SIGINT, SIGTERM and SIGHUP as events of a loop, for a main().
///
/// - Call BlockEndSignals() first thing in main(), before any thread: threads inherit the mask.
/// - Make a PosixSignals for the loop; the handler runs on the loop's thread, once per signal.
/// - Programs that are started through ProcessHost get a clean mask; others inherit this one.
///
/// Threads: the loop's.
/// Owns:    a signalfd, watched as long as this lives.
/// Errors:  Create fails when the machine is out of descriptors.
class PosixSignals {
 public:
  /// Also keeps SIGPIPE away: writing to a closed pipe is an error value instead.
  static void BlockEndSignals();

  static Result<std::unique_ptr<PosixSignals>> Create(EventLoop& loop,
                                                      std::function<void(int signal)> handler);
  ~PosixSignals();
  PosixSignals(const PosixSignals&) = delete;
  PosixSignals& operator=(const PosixSignals&) = delete;

 private:
  PosixSignals(EventLoop& loop, UniqueFd fd) : loop_(loop), fd_(std::move(fd)) {}

  EventLoop& loop_;
  UniqueFd fd_;
};

}  // namespace twelve

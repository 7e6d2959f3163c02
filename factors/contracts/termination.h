#pragma once

#include <atomic>
#include <string_view>

#include "harness/base/clock.h"

namespace twelve {

/// Set once, when the process has been asked to end: /ready says no from then on and every answer
/// asks its client to close the connection. Threads: any.
class DrainState {
 public:
  void Begin() { draining_ = true; }
  bool draining() const { return draining_; }

 private:
  std::atomic<bool> draining_{false};
};

/// What can be brought to rest: a server with requests in flight.
///
/// Threads: called from the one that handles termination.
class Drainable {
 public:
  virtual ~Drainable() = default;
  /// Closes the listener and every idle connection; requests that have begun go on.
  virtual void StopAccepting() = 0;
  /// Connections, or whatever else it has begun, that are still open.
  virtual int Open() const = 0;
  /// What Open counts, as the names of two fields of events: while it goes on, and at the end.
  virtual std::string_view open_field() const { return "open_connections"; }
  virtual std::string_view cut_field() const { return "cut_connections"; }
  /// True when it serves no more without having been asked to stop.
  virtual bool Ended() const = 0;
  /// An eventfd that becomes readable when Open() has come to 0 or Ended() has changed.
  virtual int change_fd() const = 0;
};

/// How the process meets the wish to end it.
///
/// Threads: all calls from the main thread.
class TerminationHandling {
 public:
  virtual ~TerminationHandling() = default;
  /// Before any other thread exists: they inherit the signal mask.
  virtual void Install() = 0;
  /// For what happens before anything is served: waits up to `at_most`; true at once when the
  /// process has been asked to end.
  virtual bool WaitForRequest(Duration at_most) = 0;
  /// Blocks until the service has ended, well or badly; the exit code of the process.
  virtual int Run(Drainable& service) = 0;
};

}  // namespace twelve

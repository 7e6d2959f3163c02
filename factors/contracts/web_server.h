#pragma once

#include <cstdint>

#include "factors/contracts/termination.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// What answers requests on a listener.
///
/// Threads: Start once; what Drainable offers from one thread; the rest from any.
/// Owns:    the listener and the connections. The destructor waits for requests in flight.
class WebServer : public Drainable {
 public:
  /// Takes a listener that does not block. Without one there is nothing to serve: Ended() is true
  /// at once.
  virtual void Start(UniqueFd listener) = 0;
  /// Requests so far.
  virtual std::uint64_t Answered() const = 0;
};

}  // namespace twelve

#pragma once

#include "harness/load/load_connection.h"

namespace twelve {

/// The connections that carry a request, by the moment of the attempt. All have the same timeout,
/// so the oldest is always the next to run out of time: no timer for each is needed.
///
/// Threads: one.
class InFlightList {
 public:
  LoadConnection* oldest() const { return oldest_; }
  void Add(LoadConnection& connection);
  void Remove(LoadConnection& connection);

 private:
  LoadConnection* oldest_ = nullptr;
  LoadConnection* newest_ = nullptr;
};

}  // namespace twelve

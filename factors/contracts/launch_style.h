#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// Which process is going to serve: the one that was started, or one behind it.
///
/// Threads: main only, before any other.
/// Errors:  kSystem when another program should have taken over and could not be started.
class LaunchStyle {
 public:
  virtual ~LaunchStyle() = default;
  /// Returns in the process that is to serve; may never return in this one. `command` is what
  /// starts the service directly.
  virtual Status Enter(const std::vector<std::string>& command) = 0;
};

}  // namespace twelve

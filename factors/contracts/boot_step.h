#pragma once

#include "factors/contracts/termination.h"
#include "harness/base/result.h"

namespace twelve {

/// Something that must be done before the port is opened. What it acquires it gives back in its
/// destructor, which runs when the process ends by itself.
///
/// Threads: main only.
/// Errors:  a failed step ends the process with its message.
class BootStep {
 public:
  virtual ~BootStep() = default;
  /// A step that waits does it through `termination` and gives up when that says so.
  virtual Status Run(TerminationHandling& termination) = 0;
};

}  // namespace twelve

#pragma once

#include <map>
#include <utility>
#include <vector>

#include "harness/os/process_table.h"
#include "harness/rig/rig.h"

namespace twelve {

/// Turns what the kernel says of a tree, look by look, into ResourceSamples. Pure.
///
/// The processor time of a process that began and ended between two looks is not seen.
///
/// Threads: one.
class ResourceMeter {
 public:
  ResourceSample Add(const std::vector<ProcessInfo>& tree, TimePoint at);

 private:
  using Identity = std::pair<pid_t, std::uint64_t>;  // with the start time: pids are used again
  std::map<Identity, Duration> cpu_;
  TimePoint before_;
  bool first_ = true;
};

}  // namespace twelve

#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "harness/base/clock.h"
#include "harness/os/process_table.h"

namespace twelve {

/// One process in one sample.
struct ProcessUsage {
  ProcessInfo info;
  double cpu_percent = 0;  // of one core, since the sample before; 0 in its first
};

/// A process with all its descendants in one sample.
struct TreeUsage {
  TimePoint at;
  double cpu_percent = 0;  // of one core: 200 is two cores in full
  std::uint64_t rss_bytes = 0;
  int processes = 0;
  int threads = 0;
  int open_files = 0;              // of those that may be looked at
  std::vector<ProcessUsage> each;  // parents first
};

/// What a tree used between two looks at it. Pure. A pid that was reused in between is told apart
/// by its start, and counts as new. Zombies count as processes and use nothing.
/// REQUIRES: now.at >= before.at.
TreeUsage UsageBetween(const TreeUsage& before, TimePoint at, std::vector<ProcessInfo> now);

/// Samples trees below guardians, whose own usage does not count.
///
/// Threads: one.
/// Owns:    the sample before, of each root.
class ResourceSampler {
 public:
  /// `table` and `clock` must outlive it.
  ResourceSampler(const ProcessTable& table, const Clock& clock) : table_(table), clock_(clock) {}

  /// Everything below `guardian`, without it.
  TreeUsage Sample(pid_t guardian, bool with_open_files);
  void Forget(pid_t guardian) { before_.erase(guardian); }

 private:
  const ProcessTable& table_;
  const Clock& clock_;
  std::map<pid_t, TreeUsage> before_;
};

}  // namespace twelve

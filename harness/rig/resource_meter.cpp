#include "harness/rig/resource_meter.h"

#include <algorithm>

namespace twelve {

ResourceSample ResourceMeter::Add(const std::vector<ProcessInfo>& tree, TimePoint at) {
  ResourceSample sample;
  sample.at = at;
  Duration used{};
  std::map<Identity, Duration> cpu;
  for (const ProcessInfo& process : tree) {
    const Identity identity{process.pid, process.start_ticks};
    const auto known = cpu_.find(identity);
    const Duration before = known == cpu_.end() ? Duration::zero() : known->second;
    used += std::max(Duration::zero(), process.cpu - before);
    cpu[identity] = process.cpu;
    sample.rss_bytes += process.rss_bytes;
    ++sample.processes;
    sample.threads += process.threads;
    sample.open_files += std::max(0, process.open_files);
  }
  if (!first_ && at > before_) sample.cpu_percent = 100 * ToSeconds(used) / ToSeconds(at - before_);
  cpu_ = std::move(cpu);
  before_ = at;
  first_ = false;
  return sample;
}

}  // namespace twelve

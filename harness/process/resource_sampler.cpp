#include "harness/process/resource_sampler.h"

#include <algorithm>
#include <utility>

namespace twelve {

TreeUsage UsageBetween(const TreeUsage& before, TimePoint at, std::vector<ProcessInfo> now) {
  std::map<std::pair<pid_t, std::uint64_t>, Duration> cpu_before;
  for (const ProcessUsage& usage : before.each) {
    cpu_before[{usage.info.pid, usage.info.start_ticks}] = usage.info.cpu;
  }
  const double elapsed = ToSeconds(at - before.at);
  TreeUsage tree;
  tree.at = at;
  for (ProcessInfo& info : now) {
    ProcessUsage usage;
    const auto earlier = cpu_before.find({info.pid, info.start_ticks});
    if (earlier != cpu_before.end() && elapsed > 0) {
      const Duration used = std::max(info.cpu - earlier->second, Duration::zero());
      usage.cpu_percent = 100 * ToSeconds(used) / elapsed;
    }
    usage.info = std::move(info);
    tree.cpu_percent += usage.cpu_percent;
    ++tree.processes;
    tree.rss_bytes += usage.info.rss_bytes;
    tree.threads += usage.info.threads;
    tree.open_files += std::max(usage.info.open_files, 0);
    tree.each.push_back(std::move(usage));
  }
  return tree;
}

TreeUsage ResourceSampler::Sample(pid_t guardian, bool with_open_files) {
  const TimePoint at = clock_.Now();
  std::vector<ProcessInfo> now = table_.Tree(guardian, with_open_files);
  std::erase_if(now, [guardian](const ProcessInfo& info) { return info.pid == guardian; });
  return before_[guardian] = UsageBetween(before_[guardian], at, std::move(now));
}

}  // namespace twelve

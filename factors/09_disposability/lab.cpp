#include "factors/09_disposability/lab.h"

#include <algorithm>

namespace twelve::disposability {
namespace {

constexpr std::size_t kKeptNotes = 400;

template <typename T>
void KeepLatest(std::vector<T>& list) {
  if (list.size() > kKeptNotes) list.erase(list.begin(), list.end() - kKeptNotes);
}

}  // namespace

void Lab::Note(const std::string& process, const std::string& label, const std::string& text,
               bool trouble) {
  const TimePoint now = Now();
  if (!label.empty()) markers.push_back({now, label, process, trouble});
  events.push_back({now, text, trouble});
  KeepLatest(markers);
  KeepLatest(events);
}

Traffic CountTraffic(const LoadSnapshot& load, const std::string& process, TimePoint from,
                     TimePoint to) {
  Traffic traffic;
  for (const RequestRecord& request : load.requests) {
    if (request.done < from || request.intended > to || request.in_flight) continue;
    ++traffic.total;
    traffic.slowest_ms = std::max(traffic.slowest_ms, ToMs(request.done - request.intended));
    if (!Failed(request.outcome)) continue;
    ++traffic.failed;
    const bool here =
        request.target < load.targets.size() && load.targets[request.target].target.name == process;
    if (!here) ++traffic.failed_elsewhere;
  }
  return traffic;
}

int InFlight(const LoadSnapshot& load, const std::string& process) {
  for (const TargetState& target : load.targets) {
    if (target.target.name == process) return target.in_flight;
  }
  return 0;
}

}  // namespace twelve::disposability

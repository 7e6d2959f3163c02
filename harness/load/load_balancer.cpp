#include "harness/load/load_balancer.h"

#include <algorithm>
#include <limits>

namespace twelve {

void LoadBalancer::SetTargets(const std::vector<LoadTarget>& targets) {
  for (Entry& entry : entries_) {
    const bool wanted = std::count(targets.begin(), targets.end(), entry.target) > 0;
    if (wanted && !entry.listed) {
      entry = {.target = entry.target, .ready = !probing_};
    } else if (!wanted) {
      entry.listed = entry.ready = false;
    }
  }
  for (const LoadTarget& target : targets) {
    const bool known = std::any_of(entries_.begin(), entries_.end(),
                                   [&](const Entry& entry) { return entry.target == target; });
    if (known || entries_.size() > std::numeric_limits<std::uint16_t>::max()) continue;
    entries_.push_back({.target = target, .ready = !probing_});
  }
}

void LoadBalancer::OnProbe(std::uint16_t index, ProbeResult result) {
  Entry& entry = entries_[index];
  if (!entry.listed) return;
  entry.judged = true;
  if (result == ProbeResult::kReady) {
    entry.failures = 0;
    entry.ready = true;
    return;
  }
  ++entry.failures;
  if (result == ProbeResult::kUnreachable || entry.failures >= kFallAfter) entry.ready = false;
}

void LoadBalancer::OnRefused(std::uint16_t index) {
  if (probing_) entries_[index].ready = false;
}

std::optional<std::uint16_t> LoadBalancer::Pick(std::optional<std::uint16_t> avoid) {
  std::optional<std::uint16_t> second_choice;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::size_t index = (cursor_ + i) % entries_.size();
    if (!entries_[index].ready) continue;
    if (avoid == index) {
      second_choice = avoid;
      continue;
    }
    if (!avoid) cursor_ = index + 1;  // a second try leaves the round as it is
    return static_cast<std::uint16_t>(index);
  }
  return second_choice;
}

bool LoadBalancer::AllJudged() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.judged || !entry.listed; });
}

}  // namespace twelve

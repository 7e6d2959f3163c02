#include "harness/router/router_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace twelve {

RouterTargets::RouterTargets(const RouterPlan& plan, Tell tell)
    : policy_(plan.policy),
      probing_(plan.probe_readiness),
      fall_(plan.fall),
      rise_(plan.rise),
      tell_(std::move(tell)) {}

void RouterTargets::Set(const std::vector<LoadTarget>& targets) {
  for (Entry& entry : entries_) {
    if (!entry.listed || std::count(targets.begin(), targets.end(), entry.target) > 0) continue;
    entry.listed = entry.ready = false;
    entry.why = "it was taken out";
    tell_(entry.target.name + " was taken out: it gets no more requests");
  }
  for (const LoadTarget& target : targets) {
    const auto same = std::find_if(entries_.begin(), entries_.end(),
                                   [&](const Entry& entry) { return entry.target == target; });
    if (same != entries_.end() && same->listed) continue;
    if (same == entries_.end() && entries_.size() >= std::numeric_limits<std::uint16_t>::max()) {
      continue;
    }
    Entry entry;
    entry.target = target;
    if (!probing_) {
      entry.ready = true;
      entry.why.clear();
    }
    if (same != entries_.end()) {
      entry.in_flight = same->in_flight;  // of its former life
      *same = std::move(entry);
    } else {
      entries_.push_back(std::move(entry));
    }
    tell_(fmt::format("{} was added, on port {}", target.name, target.port));
  }
}

Status RouterTargets::Drain(const std::string& name, bool draining) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.listed && entry.target.name == name;
  });
  if (found == entries_.end()) {
    return Error{ErrorCode::kNotFound, "the router knows no process named " + name, {}, 0};
  }
  if (found->draining == draining) return {};
  found->draining = draining;
  tell_(draining ? name + " is drained: it gets no more requests" : name + " is no longer drained");
  return {};
}

void RouterTargets::Fall(Entry& entry, std::string why) {
  entry.successes = 0;
  entry.why = std::move(why);
  if (!entry.ready) return;
  entry.ready = false;
  tell_(fmt::format("{} gets no more requests: {}", entry.target.name, entry.why));
}

void RouterTargets::OnProbe(std::uint16_t index, ProbeResult result) {
  Entry& entry = entries_[index];
  if (!entry.listed) return;
  if (result == ProbeResult::kReady) {
    entry.failures = 0;
    if (entry.ready || ++entry.successes < rise_) return;
    entry.ready = true;
    entry.why.clear();
    return tell_(entry.target.name + " is ready");
  }
  ++entry.failures;
  const std::string why =
      result == ProbeResult::kUnreachable ? "it cannot be reached" : "it says that it is not ready";
  if (entry.failures >= fall_ || !entry.ready) Fall(entry, why);
}

void RouterTargets::OnRefused(std::uint16_t index) {
  // Without probes nobody would ever find out that it is back.
  if (probing_) Fall(entries_[index], "it refused a connection");
}

std::optional<std::uint16_t> RouterTargets::Pick(std::string_view sticky,
                                                 std::optional<std::uint16_t> avoid) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::size_t index = (cursor_ + i) % entries_.size();
    const Entry& entry = entries_[index];
    if (!MayServe(entry) || avoid == index) continue;
    if (!sticky.empty() && entry.target.name == sticky) return static_cast<std::uint16_t>(index);
    const bool better = !best || (policy_ == RouterPolicy::kLeastConnections &&
                                  entry.in_flight < entries_[*best].in_flight);
    if (better) best = index;
  }
  if (!best) {
    return avoid && MayServe(entries_[*avoid]) ? avoid : std::nullopt;
  }
  if (!avoid) cursor_ = *best + 1;  // a second try leaves the round as it is
  return static_cast<std::uint16_t>(*best);
}

std::string RouterTargets::WhyNobody() const {
  std::string reasons;
  for (const Entry& entry : entries_) {
    if (!entry.listed) continue;
    reasons += reasons.empty() ? " " : "; ";
    reasons += entry.target.name + ": " + (entry.ready ? "it is drained" : entry.why);
  }
  return reasons.empty() ? "No process is ready: there is none."
                         : "No process is ready." + reasons + ".";
}

}  // namespace twelve

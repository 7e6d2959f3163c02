#include "harness/router/router_tally.h"

#include <algorithm>
#include <numeric>

namespace twelve {
namespace {

double Sum(const std::array<std::uint32_t, 10>& ring) {
  return std::accumulate(ring.begin(), ring.end(), 0.0);
}

}  // namespace

RouterTally::PerTarget& RouterTally::At(std::uint16_t target) {
  while (targets_.size() <= target) targets_.emplace_back();
  return targets_[target];
}

void RouterTally::Answered(std::uint16_t target, int status, Duration took) {
  PerTarget& of = At(target);
  ++answered;
  ++of.answers[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))];
  ++of.done[slot_];
  if (status >= 500) ++of.errors[slot_];
  if (!of.latency) of.latency = std::make_unique<LatencyHistogram>();
  of.latency->Record(took);
}

void RouterTally::Broken(std::uint16_t target) {
  PerTarget& of = At(target);
  ++of.broken;
  ++of.errors[slot_];
}

void RouterTally::Tick() {
  slot_ = (slot_ + 1) % 10;
  for (PerTarget& of : targets_) of.done[slot_] = of.errors[slot_] = 0;
}

void RouterTally::Tell(TimePoint at, std::string text) {
  events_.push_back({++told_, at, std::move(text)});
  if (events_.size() > Router::kMaxEvents) events_.pop_front();
}

void RouterTally::Fill(std::uint16_t target, RouterTargetState& state) const {
  if (target >= targets_.size()) return;
  const PerTarget& of = targets_[target];
  state.requests = of.requests;
  state.refused = of.refused;
  state.broken = of.broken;
  state.retried = of.retried;
  std::copy(of.answers.begin(), of.answers.end(), state.answers);
  state.rate_per_second = Sum(of.done);
  state.errors_per_second = Sum(of.errors);
  if (of.latency) state.latency = of.latency->Summary();
}

double RouterTally::AnsweredPerSecond() const {
  double sum = 0;
  for (const PerTarget& of : targets_) sum += Sum(of.done);
  return sum;
}

}  // namespace twelve

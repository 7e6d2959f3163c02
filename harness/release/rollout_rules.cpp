#include <algorithm>
#include <cmath>

#include "harness/release/rollout.h"

namespace twelve {
namespace {

using std::chrono::seconds;

constexpr int kFewestFailures = 3;
constexpr int kMostFailures = 200;
constexpr double kHair = 1e-9;  // so that 30 % of 10 is 3 and not a hair beside it

}  // namespace

int Share::Of(int desired) const {
  if (!percent) return static_cast<int>(value);
  const double exact = value * desired / 100;
  return static_cast<int>(round == Round::kUp ? std::ceil(exact - kHair)
                                              : std::floor(exact + kHair));
}

RolloutRules EcsRules() {
  RolloutRules rules;
  rules.name = "ECS";
  rules.never_both_zero = false;
  rules.without_check = seconds(40);
  rules.failures = RolloutRules::Failures::kThreshold;
  rules.action = RolloutRules::Action::kRollBack;
  SetHealthyPercent(rules, 100, 200);
  return rules;
}

RolloutRules KubernetesRules() {
  RolloutRules rules;
  rules.name = "Kubernetes";
  rules.unavailable = {25, true, Share::Round::kDown};
  rules.surge = {25, true, Share::Round::kUp};
  rules.restart_delay = seconds(10);  // the first back-off of a container that crashes
  rules.progress_deadline = seconds(600);
  return rules;
}

RolloutRules SwarmRules() {
  RolloutRules rules;
  rules.name = "Swarm";
  rules.parallelism = 1;
  rules.failures = RolloutRules::Failures::kRatio;
  rules.monitor = seconds(5);
  rules.restart_delay = seconds(5);
  rules.action = RolloutRules::Action::kPause;
  rules.back_to_completed = false;
  SetOrder(rules, false);
  return rules;
}

void SetHealthyPercent(RolloutRules& rules, int minimum, int maximum) {
  // desired - floor((100 - m) %) is ceil(m %).
  rules.unavailable = {100.0 - minimum, true, Share::Round::kDown};
  rules.surge = {maximum - 100.0, true, Share::Round::kDown};
}

void SetOrder(RolloutRules& rules, bool start_first) {
  const Share none{0, false, Share::Round::kUp};
  const Share batch = rules.parallelism == 0
                          ? Share{100, true, Share::Round::kUp}
                          : Share{static_cast<double>(rules.parallelism), false, Share::Round::kUp};
  rules.unavailable = start_first ? none : batch;
  rules.surge = start_first ? batch : none;
  rules.await_the_old = !start_first;
}

RolloutBounds BoundsOf(const RolloutRules& rules, int desired) {
  int unavailable = rules.unavailable.Of(desired);
  const int surge = rules.surge.Of(desired);
  if (rules.never_both_zero && unavailable == 0 && surge == 0) unavailable = 1;
  return {std::max(0, desired - unavailable), desired + surge};
}

int FailureThreshold(const RolloutRules& rules, int desired) {
  return std::clamp(rules.threshold.Of(desired), kFewestFailures, kMostFailures);
}

std::string_view ToString(RolloutPhase phase) {
  switch (phase) {
    case RolloutPhase::kInProgress:
      return "in progress";
    case RolloutPhase::kCompleted:
      return "completed";
    case RolloutPhase::kPaused:
      return "paused";
    case RolloutPhase::kFailed:
      return "failed";
    case RolloutPhase::kRollingBack:
      return "rolling back";
    case RolloutPhase::kRolledBack:
      return "rolled back";
  }
  return "";
}

}  // namespace twelve

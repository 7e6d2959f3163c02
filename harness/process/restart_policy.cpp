#include "harness/process/restart_policy.h"

#include <algorithm>

namespace twelve {

RestartDecision DecideRestart(const RestartPolicy& policy, const EndedLife& life) {
  RestartDecision decision;
  if (life.intended || policy.when == RestartPolicy::When::kNever) return decision;
  if (policy.when == RestartPolicy::When::kOnFailure && !life.failed) return decision;

  decision.attempts = life.lived >= policy.stable_after ? 0 : life.attempts;
  if (policy.max_attempts > 0 && decision.attempts >= policy.max_attempts) {
    decision.gave_up = true;
    return decision;
  }
  decision.delay = std::min(policy.first_delay, policy.max_delay);
  for (int i = 0; i < decision.attempts && decision.delay < policy.max_delay; ++i) {
    decision.delay = std::min(decision.delay * 2, policy.max_delay);
    if (decision.delay <= Duration::zero()) break;
  }
  decision.restart = true;
  ++decision.attempts;
  return decision;
}

}  // namespace twelve

#include "factors/09_disposability/parts/careless_job_queues.h"

namespace twelve {

Result<std::optional<Job>> EarlyAcknowledgement::Take(const std::string& worker,
                                                      Duration visibility, Duration at_most) {
  Result<std::optional<Job>> job = inner().Take(worker, visibility, at_most);
  if (!job || !job->has_value()) return job;
  const Result<bool> done = inner().Acknowledge(**job, worker, "{}");
  if (!done) return done.error();
  return job;
}

}  // namespace twelve

#include "factors/09_disposability/parts/keyless_job_queue.h"

#include "factors/contracts/random_id.h"

namespace twelve {

Result<std::optional<Job>> KeylessJobQueue::Take(const std::string& worker, Duration visibility,
                                                 Duration at_most) {
  Result<std::optional<Job>> job = inner().Take(worker, visibility, at_most);
  if (job && job->has_value()) (*job)->idempotency_key = RandomHex<16>();
  return job;
}

}  // namespace twelve

#pragma once

#include "factors/09_disposability/parts/careless_job_queues.h"

namespace twelve {

/// Violation of factor IX, "non-idempotent-job": each delivery of a job comes under a new
/// idempotency key, so that whoever does it cannot know that it was done before. A worker that is
/// killed between the work and its acknowledgement has the work done twice.
class KeylessJobQueue final : public ForwardingJobQueue {
 public:
  using ForwardingJobQueue::ForwardingJobQueue;
  Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                  Duration at_most) override;
};

}  // namespace twelve

#include "factors/08_concurrency/parts/inline_job_queue.h"

#include "factors/contracts/random_id.h"

namespace twelve {

Result<std::string> InlineJobQueue::Put(const Job& job) {
  JobStatus status{job, JobState::kFailed, "no handler knows this kind"};
  status.job.id = "inline-" + RandomHex<8>();
  status.job.deliveries = 1;
  const auto handler = handlers_.find(job.kind);
  if (handler != handlers_.end()) {
    const Result<std::string> result = handler->second(status.job, Cancellation());
    status.state = result.ok() ? JobState::kDone : JobState::kFailed;
    status.result = result.ok() ? *result : result.error().message;
  }
  MutexLock lock(mutex_);
  jobs_[status.job.id] = status;
  return status.job.id;
}

Result<std::optional<Job>> InlineJobQueue::Take(const std::string& /*worker*/,
                                                Duration /*visibility*/, Duration /*at_most*/) {
  return std::optional<Job>();
}

Result<std::optional<JobStatus>> InlineJobQueue::Find(const std::string& id) {
  MutexLock lock(mutex_);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? std::nullopt : std::optional(found->second);
}

Result<QueueDepth> InlineJobQueue::Depth() {
  MutexLock lock(mutex_);
  QueueDepth depth;
  for (const auto& [id, status] : jobs_) {
    ++(status.state == JobState::kDone ? depth.done : depth.failed);
  }
  return depth;
}

}  // namespace twelve

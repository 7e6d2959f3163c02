#pragma once

#include <map>

#include "factors/contracts/job_handler.h"
#include "factors/contracts/job_queue.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Violation of factor VIII, "inline-worker": no queue at all. Put does the job there and then, in
/// the thread of the request, and remembers the result in this process. The page waits as long as
/// the job takes, workers never see it, and the end of the process loses it.
///
/// Threads: any.
class InlineJobQueue final : public JobQueue {
 public:
  explicit InlineJobQueue(JobHandlers handlers) : handlers_(std::move(handlers)) {}

  std::string place() const override { return "inline"; }
  Status Connect(Duration /*timeout*/) override { return {}; }
  void Disconnect() override {}
  Status Check(Duration /*timeout*/) override { return {}; }
  Result<std::string> Put(const Job& job) override TWELVE_EXCLUDES(mutex_);
  Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                  Duration at_most) override;
  Result<bool> Acknowledge(const Job&, const std::string&, const std::string&) override {
    return false;
  }
  Result<bool> Return(const Job&, const std::string&) override { return false; }
  Result<bool> Fail(const Job&, const std::string&, const std::string&) override { return false; }
  Result<std::optional<JobStatus>> Find(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<QueueDepth> Depth() override TWELVE_EXCLUDES(mutex_);

 private:
  const JobHandlers handlers_;
  Mutex mutex_;
  std::map<std::string, JobStatus> jobs_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

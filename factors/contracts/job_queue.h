#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "factors/contracts/backing_service.h"

namespace twelve {

/// Work that a web process hands over and a worker does.
struct Job {
  std::string id;       // given by the queue
  std::string kind;     // "resize-image"
  std::string payload;  // a JSON object
  /// The same key twice is the same job: the second Put gives the id of the first.
  std::string idempotency_key;
  std::string trace_id;  // of the request that asked for it
  int deliveries = 0;    // times a worker was given it, this one included
};

enum class JobState { kQueued, kRunning, kDone, kFailed };

struct JobStatus {
  Job job;
  JobState state = JobState::kQueued;
  std::string result;  // of a done job; why, of a failed one
};

struct QueueDepth {
  std::int64_t queued = 0;   // waiting for a worker
  std::int64_t running = 0;  // taken and not acknowledged
  std::int64_t done = 0;
  std::int64_t failed = 0;
};

/// At least once: a job that was taken and not acknowledged within the visibility timeout is given
/// to another worker, so a handler must bear to be run twice.
///
/// Threads: any.
/// Errors:  as BackingService.
class JobQueue : public BackingService {
 public:
  BackingKind kind() const override { return BackingKind::kQueue; }
  /// The id; the job is on disk there, or as safe as that queue keeps anything, when it returns.
  virtual Result<std::string> Put(const Job& job) = 0;
  /// Waits up to `at_most` for one. Nobody else is given it before `visibility` has passed.
  virtual Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                          Duration at_most) = 0;
  /// Done, with its result. False when the job is no longer this worker's: it took too long, and
  /// another one has it.
  virtual Result<bool> Acknowledge(const Job& job, const std::string& worker,
                                   const std::string& result) = 0;
  /// Back to the queue at once; the next worker may take it.
  virtual Result<bool> Return(const Job& job, const std::string& worker) = 0;
  /// Failed for good, with why.
  virtual Result<bool> Fail(const Job& job, const std::string& worker, const std::string& why) = 0;
  virtual Result<std::optional<JobStatus>> Find(const std::string& id) = 0;
  virtual Result<QueueDepth> Depth() = 0;
};

}  // namespace twelve

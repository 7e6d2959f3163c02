#pragma once

#include "factors/04_backing_services/parts/redis_connection.h"
#include "factors/contracts/job_queue.h"

namespace twelve {

/// Factor IV: the same queue on Redis. The stream "twelve:jobs" holds an entry for each job that
/// is not done, its consumer group knows which are taken; what belongs to a job is in a hash of
/// its own. Each step is one script, which Redis runs whole or not at all: between being given
/// out and being noted as given out, no job can be lost. Times are those of Redis.
///
/// A job's hash and its idempotency key are forgotten 7 days after the job was done or failed. As
/// safe as Redis writes: with `appendonly yes` and `appendfsync always` an acknowledged Put
/// survives SIGKILL of Redis; but where the ACL takes all commands from the user "default", Redis
/// 7.0 leaves out every script when it reads its file again. `user default off ~* &* +@all` does
/// not.
///
/// Threads: any. Needs Redis 7; not for a cluster, where keys live on different servers.
/// Owns:    the connections.
/// Errors:  see JobQueue.
class RedisJobQueue final : public JobQueue {
 public:
  /// The clock must outlive it.
  RedisJobQueue(RedisLocation location, const BackingOptions& options, const Clock& clock);

  std::string place() const override { return redis_.place(); }
  Status Connect(Duration timeout) override { return redis_.Connect(timeout); }
  void Disconnect() override { redis_.Disconnect(); }
  Status Check(Duration timeout) override { return redis_.Check(timeout); }
  std::vector<BackingFigure> Figures() const override { return redis_.Figures(); }

  Result<std::string> Put(const Job& job) override;
  Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                  Duration at_most) override;
  Result<bool> Acknowledge(const Job& job, const std::string& worker,
                           const std::string& result) override;
  Result<bool> Return(const Job& job, const std::string& worker) override;
  Result<bool> Fail(const Job& job, const std::string& worker, const std::string& why) override;
  Result<std::optional<JobStatus>> Find(const std::string& id) override;
  Result<QueueDepth> Depth() override;

 private:
  Result<bool> Finish(const Job& job, const std::string& worker, const std::string& state,
                      const std::string& result);

  const Clock& clock_;
  RedisConnections redis_;
};

}  // namespace twelve

#pragma once

#include <memory>

#include "factors/contracts/database.h"
#include "factors/contracts/job_queue.h"
#include "harness/base/clock.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Factor IV: a table as a queue, on whichever SQL database the URL names. A job is a row of the
/// table "jobs"; whoever takes it writes his name and a time into the row, by one statement. On
/// PostgreSQL workers pass over rows that another one is taking (FOR UPDATE SKIP LOCKED); SQLite
/// has one writer at a time anyway. All times are the database's, so that the clocks of the
/// workers may differ.
///
/// Threads: any.
/// Owns:    the database handle.
/// Errors:  see JobQueue.
class SqlJobQueue final : public JobQueue {
 public:
  /// The clock must outlive it; it measures waits only.
  SqlJobQueue(std::unique_ptr<Database> database, const Clock& clock);

  std::string place() const override;
  Status Connect(Duration timeout) override TWELVE_EXCLUDES(mutex_);
  void Disconnect() override TWELVE_EXCLUDES(mutex_);
  Status Check(Duration timeout) override;
  std::vector<BackingFigure> Figures() const override;

  Result<std::string> Put(const Job& job) override TWELVE_EXCLUDES(mutex_);
  /// Asks again after a pause that grows to 100 ms; a Put or Return of this process ends it.
  Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                  Duration at_most) override TWELVE_EXCLUDES(mutex_);
  Result<bool> Acknowledge(const Job& job, const std::string& worker,
                           const std::string& result) override;
  Result<bool> Return(const Job& job, const std::string& worker) override TWELVE_EXCLUDES(mutex_);
  Result<bool> Fail(const Job& job, const std::string& worker, const std::string& why) override;
  Result<std::optional<JobStatus>> Find(const std::string& id) override;
  /// Counts rows: 0.07 s where 200,000 jobs are kept, so `admin cleanup` has its use.
  Result<QueueDepth> Depth() override;

 private:
  Result<std::optional<Job>> TryTake(const std::string& worker, Duration visibility);
  Result<bool> Finish(const Job& job, const std::string& worker, const std::string& state,
                      const std::string& result);
  Status WaitForJob(TimePoint until) TWELVE_EXCLUDES(mutex_);
  void Wake() TWELVE_EXCLUDES(mutex_);

  const std::unique_ptr<Database> database_;
  const Clock& clock_;
  const std::string now_ms_;  // SQL for the time of the database

  Mutex mutex_;
  CondVar woken_;
  std::uint64_t news_ TWELVE_GUARDED_BY(mutex_) = 0;  // jobs that this process made available
  bool attached_ TWELVE_GUARDED_BY(mutex_) = false;
};

}  // namespace twelve

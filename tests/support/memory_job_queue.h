#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "factors/contracts/job_queue.h"
#include "harness/base/mutex.h"

namespace twelve {

/// A queue in memory, for tests of those who use one: it keeps the contract, visibility included.
/// Threads: any.
class MemoryJobQueue final : public JobQueue {
 public:
  std::string place() const override { return "memory"; }
  Status Connect(Duration /*timeout*/) override { return {}; }
  void Disconnect() override {}
  Status Check(Duration /*timeout*/) override { return away(); }

  Result<std::string> Put(const Job& job) override {
    MutexLock lock(mutex_);
    if (away_) return Away();
    for (const auto& [id, entry] : entries_) {
      if (!job.idempotency_key.empty() && entry.status.job.idempotency_key == job.idempotency_key) {
        return id;
      }
    }
    const std::string id = std::to_string(entries_.size() + 1);
    Entry& entry = entries_[id];
    entry.status.job = job;
    entry.status.job.id = id;
    changed_.NotifyAll();
    return id;
  }

  Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                  Duration at_most) override {
    const TimePoint until = std::chrono::steady_clock::now() + at_most;
    MutexLock lock(mutex_);
    for (;;) {
      if (away_) return Away();
      const TimePoint now = std::chrono::steady_clock::now();
      for (auto& [id, entry] : entries_) {
        const bool lapsed = entry.status.state == JobState::kRunning && entry.visible <= now;
        if (entry.status.state != JobState::kQueued && !lapsed) continue;
        entry.status.state = JobState::kRunning;
        entry.worker = worker;
        entry.visible = now + visibility;
        ++entry.status.job.deliveries;
        return std::optional<Job>(entry.status.job);
      }
      if (now >= until) return std::optional<Job>();
      changed_.WaitUntil(mutex_, until);
    }
  }

  Result<bool> Acknowledge(const Job& job, const std::string& worker,
                           const std::string& result) override {
    return End(job, worker, JobState::kDone, result);
  }
  Result<bool> Return(const Job& job, const std::string& worker) override {
    return End(job, worker, JobState::kQueued, {});
  }
  Result<bool> Fail(const Job& job, const std::string& worker, const std::string& why) override {
    return End(job, worker, JobState::kFailed, why);
  }

  Result<std::optional<JobStatus>> Find(const std::string& id) override {
    MutexLock lock(mutex_);
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.status);
  }
  Result<QueueDepth> Depth() override {
    MutexLock lock(mutex_);
    QueueDepth depth;
    for (const auto& [id, entry] : entries_) {
      switch (entry.status.state) {
        case JobState::kQueued:
          ++depth.queued;
          break;
        case JobState::kRunning:
          ++depth.running;
          break;
        case JobState::kDone:
          ++depth.done;
          break;
        case JobState::kFailed:
          ++depth.failed;
          break;
      }
    }
    return depth;
  }

  /// From now on every call fails, or works again.
  void SetAway(bool away) {
    MutexLock lock(mutex_);
    away_ = away;
    changed_.NotifyAll();
  }
  /// Waits up to 30 s until the job is in this state; its state at the end.
  JobState WaitForState(const std::string& id, JobState wanted) {
    const TimePoint until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    MutexLock lock(mutex_);
    while (entries_[id].status.state != wanted && std::chrono::steady_clock::now() < until) {
      changed_.WaitUntil(mutex_, until);
    }
    return entries_[id].status.state;
  }

 private:
  struct Entry {
    JobStatus status;
    std::string worker;
    TimePoint visible{};
  };

  static Error Away() { return {ErrorCode::kClosed, "the queue is away", {}, 0}; }
  Status away() {
    MutexLock lock(mutex_);
    return away_ ? Status(Away()) : Status();
  }
  Result<bool> End(const Job& job, const std::string& worker, JobState state,
                   const std::string& result) {
    MutexLock lock(mutex_);
    if (away_) return Away();
    const auto found = entries_.find(job.id);
    if (found == entries_.end() || found->second.status.state != JobState::kRunning ||
        found->second.worker != worker) {
      return false;
    }
    found->second.status.state = state;
    found->second.status.result = result;
    changed_.NotifyAll();
    return true;
  }

  Mutex mutex_;
  CondVar changed_;
  bool away_ TWELVE_GUARDED_BY(mutex_) = false;
  std::map<std::string, Entry> entries_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

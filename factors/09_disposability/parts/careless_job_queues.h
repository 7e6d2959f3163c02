#pragma once

#include <memory>
#include <utility>

#include "factors/contracts/job_queue.h"

namespace twelve {

/// A queue that stands before another one and changes nothing: what the violations here derive
/// from. Threads: any.
class ForwardingJobQueue : public JobQueue {
 public:
  explicit ForwardingJobQueue(std::unique_ptr<JobQueue> inner) : inner_(std::move(inner)) {}

  std::string place() const override { return inner_->place(); }
  Status Connect(Duration timeout) override { return inner_->Connect(timeout); }
  void Disconnect() override { inner_->Disconnect(); }
  Status Check(Duration timeout) override { return inner_->Check(timeout); }
  std::vector<BackingFigure> Figures() const override { return inner_->Figures(); }
  Result<std::string> Put(const Job& job) override { return inner_->Put(job); }
  Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                  Duration at_most) override {
    return inner_->Take(worker, visibility, at_most);
  }
  Result<bool> Acknowledge(const Job& job, const std::string& worker,
                           const std::string& result) override {
    return inner_->Acknowledge(job, worker, result);
  }
  Result<bool> Return(const Job& job, const std::string& worker) override {
    return inner_->Return(job, worker);
  }
  Result<bool> Fail(const Job& job, const std::string& worker, const std::string& why) override {
    return inner_->Fail(job, worker, why);
  }
  Result<std::optional<JobStatus>> Find(const std::string& id) override { return inner_->Find(id); }
  Result<QueueDepth> Depth() override { return inner_->Depth(); }

 protected:
  JobQueue& inner() { return *inner_; }

 private:
  const std::unique_ptr<JobQueue> inner_;
};

/// Violation of factor IX, "ack-before-work": tells the queue that a job is done as soon as it has
/// it. A worker that is killed takes its jobs with it, and nobody misses them.
class EarlyAcknowledgement final : public ForwardingJobQueue {
 public:
  using ForwardingJobQueue::ForwardingJobQueue;
  Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                  Duration at_most) override;
  Result<bool> Acknowledge(const Job&, const std::string&, const std::string&) override {
    return true;
  }
  Result<bool> Return(const Job&, const std::string&) override { return true; }
  Result<bool> Fail(const Job&, const std::string&, const std::string&) override { return true; }
};

/// Violation of factor IX, "worker-drops-job": a job that was not finished is not given back but
/// marked as done, so that the queue looks tidy. On SIGTERM it is lost.
class DroppedReturn final : public ForwardingJobQueue {
 public:
  using ForwardingJobQueue::ForwardingJobQueue;
  Result<bool> Return(const Job& job, const std::string& worker) override {
    return inner().Acknowledge(job, worker, R"({"dropped":true})");
  }
};

}  // namespace twelve

#include "factors/09_disposability/parts/keyless_job_queue.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

/// Gives the same job again and again.
class RepeatingJobQueue final : public JobQueue {
 public:
  std::string place() const override { return "fake:"; }
  Status Connect(Duration) override { return {}; }
  void Disconnect() override {}
  Status Check(Duration) override { return {}; }
  Result<std::string> Put(const Job& job) override { return job.idempotency_key; }
  Result<std::optional<Job>> Take(const std::string& worker, Duration, Duration) override {
    if (worker == "idle") return std::optional<Job>();
    return std::optional(Job{"7", "count", "{}", "order-17", "trace-1", 1});
  }
  Result<bool> Acknowledge(const Job& job, const std::string&, const std::string&) override {
    return job.id == "7";
  }
  Result<bool> Return(const Job&, const std::string&) override { return false; }
  Result<bool> Fail(const Job&, const std::string&, const std::string&) override { return false; }
  Result<std::optional<JobStatus>> Find(const std::string&) override {
    return std::optional<JobStatus>();
  }
  Result<QueueDepth> Depth() override { return QueueDepth{}; }
};

TEST(KeylessJobQueue, GivesEachDeliveryAnotherKeyAndChangesNothingElse) {
  KeylessJobQueue queue(std::make_unique<RepeatingJobQueue>());
  const auto first = queue.Take("w1", {}, {});
  const auto second = queue.Take("w1", {}, {});
  ASSERT_TRUE(first.ok() && first->has_value() && second.ok() && second->has_value());
  EXPECT_NE((*first)->idempotency_key, "order-17");
  EXPECT_NE((*first)->idempotency_key, (*second)->idempotency_key);
  EXPECT_EQ((*first)->id, "7");
  EXPECT_EQ((*first)->trace_id, "trace-1");
  EXPECT_TRUE(queue.Acknowledge(**first, "w1", "").value());
  EXPECT_EQ(queue.Put({{}, "count", "{}", "order-17", ""}).value(), "order-17");
}

TEST(KeylessJobQueue, HasNoJobWhenTheQueueHasNone) {
  KeylessJobQueue queue(std::make_unique<RepeatingJobQueue>());
  const auto none = queue.Take("idle", {}, {});
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
}

}  // namespace
}  // namespace twelve

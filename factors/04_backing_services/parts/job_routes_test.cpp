#include "factors/04_backing_services/parts/job_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// Holds one job; fails when told to.
class FakeJobQueue final : public JobQueue {
 public:
  std::string place() const override { return "fake:"; }
  Status Connect(Duration) override { return {}; }
  void Disconnect() override {}
  Status Check(Duration) override { return {}; }
  Result<std::string> Put(const Job& job) override {
    if (failure) return Broken();
    status = JobStatus{job, JobState::kQueued, {}};
    status->job.id = "7";
    return std::string("7");
  }
  Result<std::optional<Job>> Take(const std::string&, Duration, Duration) override {
    return std::optional<Job>();
  }
  Result<bool> Acknowledge(const Job&, const std::string&, const std::string&) override {
    return false;
  }
  Result<bool> Return(const Job&, const std::string&) override { return false; }
  Result<bool> Fail(const Job&, const std::string&, const std::string&) override { return false; }
  Result<std::optional<JobStatus>> Find(const std::string& id) override {
    if (failure) return Broken();
    return id == "7" ? status : std::nullopt;
  }
  Result<QueueDepth> Depth() override {
    if (failure) return Broken();
    return QueueDepth{1, 2, 3, 4};
  }

  std::optional<JobStatus> status;
  std::optional<ErrorCode> failure;

 private:
  Error Broken() const { return {*failure, "broken at 10.0.0.1", {}, 0}; }
};

class JobRoutesTest : public ::testing::Test {
 protected:
  HttpResponse Call(const std::string& method, const std::string& id, const std::string& body,
                    HttpHeaders headers = {}) {
    const std::string pattern = id.empty() ? "/api/v1/jobs" : "/api/v1/jobs/{id}";
    for (const HttpRoute& route : routes_) {
      if (route.method != method || route.pattern != pattern) continue;
      HttpRequest request{method, "", {}, body, {}};
      request.headers = std::move(headers);
      request.trace_id = "t1";
      if (!id.empty()) request.captures.push_back(id);
      HttpResponse response = route.handler(request);
      const std::vector<int>& known = route.description.statuses;
      EXPECT_THAT(known, ::testing::Contains(response.status)) << "is not described";
      return response;
    }
    ADD_FAILURE() << "no route " << method << " " << pattern;
    return {};
  }

  FakeJobQueue queue_;
  std::vector<HttpRoute> routes_ = JobRoutes(&queue_);
};

TEST_F(JobRoutesTest, PostHandsTheJobOverAndSaysWhereToAsk) {
  const HttpResponse response =
      Call("POST", "", R"({"kind":"resize","payload":{"n":1},"idempotency_key":"k"})");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(json::parse(response.body)["job_id"], "7");
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.headers[0].first, "Location");
  EXPECT_EQ(response.headers[0].second, "/api/v1/jobs/7");
  EXPECT_EQ(queue_.status->job.kind, "resize");
  EXPECT_EQ(queue_.status->job.payload, R"({"n":1})");
  EXPECT_EQ(queue_.status->job.idempotency_key, "k");
  EXPECT_EQ(queue_.status->job.trace_id, "t1");
}

TEST_F(JobRoutesTest, PostTakesTheKeyOfTheHeaderWhenTheBodyHasNone) {
  HttpHeaders headers;
  headers.Add("idempotency-key", "from-header");
  Call("POST", "", R"({"kind":"resize"})", headers);
  EXPECT_EQ(queue_.status->job.idempotency_key, "from-header");
  EXPECT_EQ(queue_.status->job.payload, "{}");
  Call("POST", "", R"({"kind":"resize","idempotency_key":"from-body"})", headers);
  EXPECT_EQ(queue_.status->job.idempotency_key, "from-body");
}

TEST_F(JobRoutesTest, RefuseBodiesThatAreNoJob) {
  const std::string deep = R"({"kind":"x","payload":{"a":)" + std::string(100'000, '[') +
                           std::string(100'000, ']') + "}}";
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"kind":7})"),
        std::string(R"({"kind":""})"), std::string("{\"kind\":\"\xff\"}"),
        std::string(R"({"kind":"x","payload":[]})"),
        std::string(R"({"kind":"x","idempotency_key":7})"),
        R"({"kind":")" + std::string(201, 'x') + "\"}", deep}) {
    EXPECT_EQ(Call("POST", "", body).status, 400) << body.substr(0, 60);
  }
  EXPECT_FALSE(queue_.status.has_value());
}

TEST_F(JobRoutesTest, GetSaysWhatBecameOfAJob) {
  queue_.status = JobStatus{{"7", "resize", R"({"n":1})", "k", "t1", 2}, JobState::kDone, "ok"};
  const HttpResponse response = Call("GET", "7", "");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"job_id":"7","kind":"resize","payload":{"n":1},"state":"done","deliveries":2,)"
            R"("result":"ok","trace_id":"t1"})");
  EXPECT_EQ(Call("GET", "8", "").status, 404);
}

TEST_F(JobRoutesTest, GetWithoutAnIdCounts) {
  EXPECT_EQ(Call("GET", "", "").body, R"({"queued":1,"running":2,"done":3,"failed":4})");
}

TEST_F(JobRoutesTest, AQueueThatFailsIsUnavailableAndSaysNoDetail) {
  const std::pair<ErrorCode, const char*> cases[] = {{ErrorCode::kClosed, "does not answer"},
                                                     {ErrorCode::kTimeout, "does not answer"},
                                                     {ErrorCode::kBusy, "busy"},
                                                     {ErrorCode::kDenied, "refuses"}};
  for (const auto& [code, text] : cases) {
    queue_.failure = code;
    for (const HttpResponse& response :
         {Call("POST", "", R"({"kind":"resize"})"), Call("GET", "", ""), Call("GET", "7", "")}) {
      EXPECT_EQ(response.status, 503);
      EXPECT_THAT(response.body, HasSubstr(text));
      EXPECT_THAT(response.body, Not(HasSubstr("10.0.0.1")));
    }
  }
}

TEST_F(JobRoutesTest, WithoutAQueueSayWhatToSet) {
  routes_ = JobRoutes(nullptr);
  for (const HttpResponse& response :
       {Call("POST", "", R"({"kind":"resize"})"), Call("GET", "", ""), Call("GET", "7", "")}) {
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(response.body, HasSubstr("QUEUE_URL"));
  }
}

}  // namespace
}  // namespace twelve

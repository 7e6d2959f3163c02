#include "factors/06_processes/parts/session_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "factors/06_processes/parts/process_info.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using nlohmann::json;

/// Holds one session; fails when told to.
class FakeSessionStore final : public SessionStore {
 public:
  Result<Session> Create(std::string user_id, std::string data) override {
    if (failing) return Error{failure, "broken", {}, 0};
    session = Session{"s1", std::move(user_id), std::move(data), {}, {}};
    return *session;
  }
  Result<std::optional<Session>> Find(const std::string& id) override {
    if (failing) return Error{failure, "broken", {}, 0};
    return session && session->id == id ? session : std::nullopt;
  }
  Result<std::optional<Session>> Replace(const std::string& id, std::string data) override {
    if (session && session->id == id) session->data = std::move(data);
    return Find(id);
  }
  Result<bool> Remove(const std::string& id) override {
    const bool there = session && session->id == id;
    if (there) session.reset();
    return there;
  }
  Result<std::int64_t> Count() override { return session ? 1 : 0; }
  Status Check() override { return {}; }

  std::optional<Session> session;
  bool failing = false;
  ErrorCode failure = ErrorCode::kSystem;
};

class SessionRoutesTest : public ::testing::Test {
 protected:
  HttpResponse Call(const std::string& method, const std::string& id, const std::string& body) {
    const std::string pattern = id.empty() ? "/api/v1/sessions" : "/api/v1/sessions/{id}";
    for (const HttpRoute& route : routes_) {
      if (route.method != method || route.pattern != pattern) continue;
      HttpRequest request{method, "", {}, body, {}};
      if (!id.empty()) request.captures.push_back(id);
      return route.handler(request);
    }
    ADD_FAILURE() << "no route " << method << " " << pattern;
    return {};
  }

  FakeSessionStore store_;
  std::vector<HttpRoute> routes_ = SessionRoutes(store_);
};

TEST_F(SessionRoutesTest, CreateAnswersWithTheSessionAndItsPlace) {
  const HttpResponse response = Call("POST", "", R"({"user_id":"ann","data":{"step":1}})");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(json::parse(response.body)["session_id"], "s1");
  EXPECT_EQ(json::parse(response.body)["data"]["step"], 1);
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.headers[0].second, "/api/v1/sessions/s1");
}

TEST_F(SessionRoutesTest, RefuseBodiesThatAreNoSession) {
  const std::string deep = R"({"user_id":"ann","data":{"a":)" + std::string(100'000, '[') +
                           std::string(100'000, ']') + "}}";
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"user_id":7})"),
        std::string("{\"user_id\":\"\xff\"}"), std::string(R"({"user_id":"ann","data":[]})"),
        deep}) {
    EXPECT_EQ(Call("POST", "", body).status, 400) << body.substr(0, 60);
  }
  EXPECT_FALSE(store_.session.has_value());
}

TEST_F(SessionRoutesTest, ReplaceFindAndRemove) {
  Call("POST", "", R"({"user_id":"ann"})");
  EXPECT_EQ(Call("PUT", "s1", R"({"step":2})").status, 200);
  EXPECT_EQ(json::parse(Call("GET", "s1", "").body)["data"]["step"], 2);
  EXPECT_EQ(Call("PUT", "s1", "7").status, 400);
  EXPECT_EQ(Call("GET", "", "").body, R"({"count":1})");
  EXPECT_EQ(Call("DELETE", "s1", "").status, 204);
  EXPECT_EQ(Call("DELETE", "s1", "").status, 404);
  EXPECT_EQ(Call("GET", "s1", "").status, 404);
}

TEST_F(SessionRoutesTest, AStoreThatFailsIsUnavailableAndSaysNoDetail) {
  store_.failing = true;
  const HttpResponse response = Call("GET", "s1", "");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, ::testing::Not(::testing::HasSubstr("broken")));
  store_.failure = ErrorCode::kBusy;
  EXPECT_THAT(Call("GET", "s1", "").body, ::testing::HasSubstr("busy"));
}

TEST(ProcessRoutes, TellHowLongTheProcessHasBeenThere) {
  FakeClock clock;
  const HttpHandler handler = ProcessRoutes("web", "v7", clock)[0].handler;
  const json before = json::parse(handler({}).body);
  clock.Advance(std::chrono::seconds(90));
  const json after = json::parse(handler({}).body);
  EXPECT_EQ(before["uptime_seconds"], 0.0);
  EXPECT_EQ(after["uptime_seconds"], 90.0);
  EXPECT_EQ(after["process_id"], before["process_id"]);
  EXPECT_EQ(after["pid"], ::getpid());
  EXPECT_EQ(after["process_type"], "web");
  const json other = json::parse(ProcessRoutes("web", "v7", clock)[0].handler({}).body);
  EXPECT_NE(other["process_id"], before["process_id"]);
}

}  // namespace
}  // namespace twelve

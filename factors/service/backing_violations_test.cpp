// The whole binary: violations of factors IV and VI do what their rows say, and the service without
// them does not.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;

std::optional<RawClient::Answer> Send(std::uint16_t port, const std::string& method,
                                      const std::string& path, const std::string& body) {
  RawClient client(port);
  if (!client.Send(fmt::format("{} {} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n{}",
                               method, path, body.size(), body))) {
    return std::nullopt;
  }
  return client.Receive();
}

class BackingViolations : public ::testing::Test {
 protected:
  /// All share one database, and work in directories of their own.
  ServiceProcess::Options With(const std::string& violation,
                               std::map<std::string, std::string> environment = {}) const {
    environment.emplace("DRAIN_DELAY_MS", "1");
    environment.emplace("DATABASE_URL", "sqlite://" + shared_.path() + "/shop.sqlite");
    ServiceProcess::Options options{.arguments = {"web", "--allow-attach"},
                                    .environment = std::move(environment)};
    if (!violation.empty()) {
      options.arguments.emplace_back("--violate");
      options.arguments.push_back(violation);
    }
    return options;
  }
  static void PutApples(std::uint16_t port, int quantity) {
    const auto answer = Send(port, "PUT", "/api/v1/items/apple-1",
                             json{{"name", "Apple"}, {"quantity", quantity}}.dump());
    ASSERT_TRUE(answer.has_value());
    ASSERT_THAT(answer->status, ::testing::AnyOf(200, 201)) << answer->body;
  }
  /// -1 for none.
  static int Apples(std::uint16_t port) {
    const auto answer = RawClient(port).Get("/api/v1/items/apple-1");
    if (!answer || answer->status != 200) return -1;
    return json::parse(answer->body)["quantity"];
  }
  static json Backing(std::uint16_t port, const std::string& name) {
    const auto answer = RawClient(port).Get("/api/v1/backing");
    if (!answer) return {};
    const json all = json::parse(answer->body);
    for (const json& one : all["backing"]) {
      if (one["name"] == name) return one;
    }
    return {};
  }

  ScratchDirectory shared_;
  ScratchDirectory one_;
  ScratchDirectory other_;
};

TEST_F(BackingViolations, WithoutThemProcessesShareAllState) {
  ServiceProcess first(one_, With(""));
  ServiceProcess second(other_, With(""));
  const std::uint16_t a = first.WaitForPort();
  const std::uint16_t b = second.WaitForPort();
  PutApples(a, 3);
  EXPECT_EQ(Apples(b), 3);
  PutApples(b, 2);
  EXPECT_EQ(Apples(a), 2);
  first.Signal(SIGKILL);
  first.WaitForExit();
  ServiceProcess again(one_, With(""));
  EXPECT_EQ(Apples(again.WaitForPort()), 2);
  EXPECT_EQ(RawClient(b).Get("/ready")->status, 200);
}

TEST_F(BackingViolations, StoresOfItsOwnAreNotShared) {
  const struct {
    const char* violation;
    const char* file;  // that it leaves beside itself
  } cases[] = {
      {"memory-store", nullptr}, {"file-store", "items.json"}, {"json-file-db", "items.jsonl"}};
  for (const auto& c : cases) {
    ServiceProcess first(one_, With(c.violation));
    ServiceProcess second(other_, With(c.violation));
    const std::uint16_t a = first.WaitForPort();
    PutApples(a, 3);
    EXPECT_EQ(Apples(a), 3) << c.violation;
    EXPECT_EQ(Apples(second.WaitForPort()), -1) << c.violation;
    if (c.file != nullptr) {
      EXPECT_TRUE(std::filesystem::exists(one_.path() + "/" + c.file)) << c.violation;
    }
  }
}

TEST_F(BackingViolations, InfiniteCacheTellsWhatWasTrueOnce) {
  ServiceProcess first(one_, With("infinite-cache"));
  ServiceProcess second(other_, With("infinite-cache"));
  const std::uint16_t a = first.WaitForPort();
  const std::uint16_t b = second.WaitForPort();
  PutApples(a, 3);
  EXPECT_EQ(Apples(b), 3);
  PutApples(a, 2);
  EXPECT_EQ(Apples(a), 2);
  EXPECT_EQ(Apples(b), 3);
}

TEST_F(BackingViolations, WriteBehindLosesWhatItAcknowledged) {
  // It stores every two seconds: an unlucky moment between the answer and the kill is possible.
  bool lost = false;
  for (int attempt = 1; attempt <= 5 && !lost; ++attempt) {
    ServiceProcess service(one_, With("write-behind"));
    PutApples(service.WaitForPort(), attempt);
    service.Signal(SIGKILL);
    service.WaitForExit();
    ServiceProcess again(one_, With(""));
    lost = Apples(again.WaitForPort()) != attempt;
  }
  EXPECT_TRUE(lost);
}

TEST_F(BackingViolations, SessionInMemoryIsKnownToOneProcessAlone) {
  for (const char* violation : {"", "session-in-memory"}) {
    ServiceProcess first(one_, With(violation));
    ServiceProcess second(other_, With(violation));
    const std::uint16_t a = first.WaitForPort();
    const auto made = Send(a, "POST", "/api/v1/sessions", R"({"user_id":"ann"})");
    ASSERT_TRUE(made.has_value() && made->status == 201) << violation;
    const std::string place = made->headers.at("location");
    EXPECT_EQ(RawClient(a).Get(place)->status, 200);
    const int elsewhere = RawClient(second.WaitForPort()).Get(place)->status;
    EXPECT_EQ(elsewhere, *violation == '\0' ? 200 : 404) << violation;
  }
}

TEST_F(BackingViolations, AffinityCookieNamesTheProcess) {
  ServiceProcess service(one_, With("affinity-cookie"));
  const auto answer = RawClient(service.WaitForPort()).Get("/api/v1/sessions");
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->headers.at("set-cookie"),
              HasSubstr(fmt::format("SERVERID={}", service.pid())));
}

TEST_F(BackingViolations, HardcodeDbUrlIgnoresTheVariable) {
  ServiceProcess service(one_, With("hardcode-db-url"));
  const std::uint16_t port = service.WaitForPort();
  PutApples(port, 3);
  EXPECT_THAT(Backing(port, "database")["place"], EndsWith("/hardcoded.sqlite"));
  EXPECT_TRUE(std::filesystem::exists(one_.path() + "/hardcoded.sqlite"));
  ServiceProcess good(other_, With(""));
  EXPECT_EQ(Apples(good.WaitForPort()), -1);
}

TEST_F(BackingViolations, OneHandleForTwoIgnoresTheCacheUrl) {
  const std::string cache_url = "sqlite://" + shared_.path() + "/cache.sqlite";
  for (const char* violation : {"", "one-handle-for-two"}) {
    ServiceProcess service(one_, With(violation, {{"CACHE_URL", cache_url}}));
    const std::uint16_t port = service.WaitForPort();
    const bool shared = Backing(port, "cache")["place"] == Backing(port, "database")["place"];
    EXPECT_EQ(shared, *violation != '\0') << violation;
  }
}

TEST_F(BackingViolations, LivenessChecksDbDiesWithTheDatabase) {
  for (const char* violation : {"", "liveness-checks-db"}) {
    ServiceProcess service(one_, With(violation));
    const std::uint16_t port = service.WaitForPort();
    EXPECT_EQ(RawClient(port).Get("/health")->status, 200);
    ASSERT_EQ(Send(port, "POST", "/api/v1/backing/database/detach", "")->status, 200);
    EXPECT_EQ(RawClient(port).Get("/health")->status, *violation == '\0' ? 200 : 503);
    EXPECT_EQ(RawClient(port).Get("/ready")->status, 503);
  }
}

TEST_F(BackingViolations, PhoneHomeCallsAnAddressThatNoVariableNames) {
  const Result<BoundPort> home = TcpPortBinder().Bind("127.0.0.1", 4317);
  if (!home.ok()) GTEST_SKIP() << "another program of this machine has port 4317";
  ServiceProcess service(one_, With("phone-home"));
  ASSERT_NE(service.WaitForPort(), 0);
  pollfd waiting = {home->listener.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 30'000), 1);
}

TEST_F(BackingViolations, WithoutThemAnotherDatabaseTakesThePlaceWhileItRuns) {
  ServiceProcess service(one_, With(""));
  const std::uint16_t port = service.WaitForPort();
  PutApples(port, 3);
  const std::string attach = "/api/v1/backing/database/attach";
  const json elsewhere = {{"url", "sqlite://" + shared_.path() + "/other.sqlite"}};
  ASSERT_EQ(Send(port, "POST", attach, elsewhere.dump())->status, 200);
  EXPECT_EQ(Apples(port), -1);
  const json back = {{"url", "sqlite://" + shared_.path() + "/shop.sqlite"}};
  ASSERT_EQ(Send(port, "POST", attach, back.dump())->status, 200);
  EXPECT_EQ(Apples(port), 3);
  EXPECT_EQ(Send(port, "POST", attach, R"({"url":"mysql://h/d"})")->status, 400);
  EXPECT_EQ(Apples(port), 3);
}

}  // namespace
}  // namespace twelve

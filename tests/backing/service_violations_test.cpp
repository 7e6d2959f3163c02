// The whole binary on a real PostgreSQL: violations of factor IV that only a server brings to
// light, each beside the service without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"
#include "tests/backing/queue_server.h"

namespace twelve {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* kItems = "/api/v1/items";

int StatusOf(std::uint16_t port, const std::string& path) {
  const auto answer = RawClient(port).Get(path, "Connection: close\r\n");
  return answer ? answer->status : 0;
}

/// Until the answer has that status, or for as long as a test may take.
bool WaitForStatus(std::uint16_t port, const std::string& path, int status) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < until) {
    if (StatusOf(port, path) == status) return true;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return false;
}

class ServiceOnPostgres : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = StartPostgres();
    ASSERT_NE(server_, nullptr);
    ServiceProcess migrate(directory_, With("", {"admin", "migrate"}));
    ASSERT_EQ(migrate.WaitForExit(), 0) << migrate.Stderr();
  }
  ServiceProcess::Options With(const std::string& violation,
                               std::vector<std::string> arguments = {"web"}) const {
    if (!violation.empty()) {
      arguments.emplace_back("--violate");
      arguments.push_back(violation);
    }
    return {.arguments = std::move(arguments),
            .environment = {{"DATABASE_URL", server_->url()},
                            {"STORAGE_URL", "file://" + directory_.path()},
                            {"BACKING_TIMEOUT", "300ms"},
                            {"DRAIN_DELAY_MS", "1"}}};
  }

  ScratchDirectory directory_;
  std::unique_ptr<QueueServer> server_;
};

TEST_F(ServiceOnPostgres, NeverRetryStaysAwayFromAServerThatCameLate) {
  server_->Kill();
  ServiceProcess good(directory_, With(""));
  ServiceProcess bad(directory_, With("never-retry"));
  const std::uint16_t good_port = good.WaitForPort();
  const std::uint16_t bad_port = bad.WaitForPort();
  ASSERT_NE(good_port, 0) << good.Stderr();
  ASSERT_NE(bad_port, 0) << bad.Stderr();
  EXPECT_EQ(StatusOf(good_port, "/ready"), 503);
  EXPECT_EQ(StatusOf(good_port, "/health"), 200);
  EXPECT_EQ(StatusOf(good_port, kItems), 503);
  server_->Start();
  EXPECT_TRUE(WaitForStatus(good_port, "/ready", 200));
  EXPECT_EQ(StatusOf(good_port, kItems), 200);
  EXPECT_EQ(StatusOf(bad_port, "/ready"), 503);
  EXPECT_EQ(StatusOf(bad_port, kItems), 503);
}

TEST_F(ServiceOnPostgres, StaleConnectionNeedsARestartOfTheService) {
  ServiceProcess good(directory_, With(""));
  ServiceProcess bad(directory_, With("stale-connection"));
  const std::uint16_t good_port = good.WaitForPort();
  const std::uint16_t bad_port = bad.WaitForPort();
  EXPECT_TRUE(WaitForStatus(good_port, kItems, 200));
  EXPECT_TRUE(WaitForStatus(bad_port, kItems, 200));
  server_->Kill();
  EXPECT_EQ(StatusOf(good_port, kItems), 503);
  server_->Start();
  EXPECT_TRUE(WaitForStatus(good_port, kItems, 200));
  EXPECT_TRUE(WaitForStatus(good_port, "/ready", 200));
  EXPECT_EQ(StatusOf(bad_port, kItems), 503);
}

TEST_F(ServiceOnPostgres, NoTimeoutWaitsForAServerThatHangs) {
  ServiceProcess good(directory_, With(""));
  ServiceProcess bad(directory_, With("no-timeout"));
  const std::uint16_t good_port = good.WaitForPort();
  const std::uint16_t bad_port = bad.WaitForPort();
  EXPECT_TRUE(WaitForStatus(good_port, kItems, 200));
  EXPECT_TRUE(WaitForStatus(bad_port, kItems, 200));
  server_->Pause();
  RawClient waits(bad_port);
  EXPECT_TRUE(waits.Send("GET /api/v1/items HTTP/1.1\r\nHost: test\r\n\r\n"));
  EXPECT_EQ(StatusOf(good_port, kItems), 503) << "it gives up in time";
  EXPECT_EQ(StatusOf(good_port, "/health"), 200);
  EXPECT_EQ(StatusOf(bad_port, "/health"), 200) << "others are not held up";
  server_->Continue();
  const auto answer = waits.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200) << "it has waited all the time";
}

TEST_F(ServiceOnPostgres, ParseUrlIgnoresPortGoesToTheDefault) {
  ServiceProcess bad(directory_, With("parse-url-ignores-port"));
  const std::uint16_t port = bad.WaitForPort();
  ASSERT_NE(port, 0) << bad.Stderr();
  const auto answer = RawClient(port).Get("/api/v1/backing");
  ASSERT_TRUE(answer.has_value());
  const json database = json::parse(answer->body)["backing"][0];
  EXPECT_THAT(database["place"].get<std::string>(), ::testing::HasSubstr("127.0.0.1:5432/"));
  EXPECT_NE(database["state"], "up");
}

}  // namespace
}  // namespace twelve

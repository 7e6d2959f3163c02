// The whole binary: what it serves, how it starts and how it fails.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

int StatusOf(std::uint16_t port, const std::string& path) {
  const auto answer = RawClient(port).Get(path, "Connection: close\r\n");
  return answer ? answer->status : 0;
}

TEST(WebProcess, ServesItsEndpoints) {
  ScratchDirectory directory;
  ServiceProcess service(directory, {.environment = {{"RELEASE_ID", "v7"}}});
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0) << service.Stderr();
  for (const char* path : {"/", "/health", "/ready", "/version", "/config", "/metrics",
                           "/api/v1/process", "/api/v1/sessions", "/delay/1", "/work/1"}) {
    EXPECT_EQ(StatusOf(port, path), 200) << path;
  }
  EXPECT_EQ(StatusOf(port, "/status/503"), 503);
  EXPECT_EQ(StatusOf(port, "/status/999"), 400);
  EXPECT_EQ(StatusOf(port, "/delay/60001"), 400);
  EXPECT_EQ(StatusOf(port, "/work/many"), 400);
  const auto version = RawClient(port).Get("/version");
  ASSERT_TRUE(version.has_value());
  EXPECT_EQ(version->headers.at("x-release-id"), "v7");
  EXPECT_EQ(json::parse(version->body)["commit"], version->headers.at("x-commit"));
}

TEST(WebProcess, TellsItsLifeInEvents) {
  ScratchDirectory directory;
  ServiceProcess service(directory, {.environment = {{"DRAIN_DELAY_MS", "1"}}});
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0);
  const auto starting = service.WaitForEvent("starting");
  ASSERT_TRUE(starting.has_value());
  EXPECT_EQ((*starting)["pid"], service.pid());
  EXPECT_THAT((*starting)["database"], HasSubstr("sqlite://" + directory.path()));
  EXPECT_EQ(RawClient(port).Get("/nowhere?token=hunter2", "X-Request-Id: r-7\r\n")->status, 404);
  const auto request = service.WaitForEvent("http_request");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ((*request)["request_id"], "r-7");
  EXPECT_EQ((*request)["method"], "GET");
  EXPECT_EQ((*request)["path"], "/nowhere");
  EXPECT_EQ((*request)["status_code"], 404);
  EXPECT_GE((*request)["duration_ms"], 0.0);
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  const auto stopped = service.WaitForEvent("stopped");
  ASSERT_TRUE(stopped.has_value());
  EXPECT_EQ((*stopped)["requests_answered"], 1);
  EXPECT_EQ(service.Stderr(), "");
}

TEST(WebProcess, NamesAllThatIsWrongWithItsConfigurationAndListensToNothing) {
  ScratchDirectory directory;
  ServiceProcess service(directory, {.environment = {{"PORT", "http"},
                                                     {"DRAIN_DELAY_MS", "-1"},
                                                     {"DATABASE_URL", "mysql://u:hunter2@h/d"}}});
  EXPECT_EQ(service.WaitForExit(), 78);
  EXPECT_THAT(service.Stderr(),
              AllOf(HasSubstr("PORT"), HasSubstr("DRAIN_DELAY_MS"), HasSubstr("known are sqlite"),
                    ::testing::Not(HasSubstr("hunter2"))));
  EXPECT_EQ(service.Stdout(), "");
}

TEST(WebProcess, EndsWhenItsPortIsTaken) {
  const Result<BoundPort> taken = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(taken.ok());
  ScratchDirectory directory;
  ServiceProcess service(directory, {.environment = {{"PORT", std::to_string(taken->port)}}});
  EXPECT_EQ(service.WaitForExit(), 69);
  EXPECT_THAT(service.Stderr(),
              HasSubstr(fmt::format("127.0.0.1:{}, the port is in use", taken->port)));
  const auto event = service.WaitForEvent("cannot_start");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ((*event)["exit_code"], 69);
}

TEST(WebProcess, EndsWhenItCannotHaveWhatItNeeds) {
  const struct {
    std::map<std::string, std::string> environment;
    int exit_code;
    const char* message;
  } cases[] = {
      {{{"HOST", "192.0.2.1"}}, 78, "HOST is no address of this machine"},
      {{{"DATABASE_URL", "sqlite:///nowhere/at/all.db"}}, 69, "/nowhere/at/all.db"},
  };
  for (const auto& c : cases) {
    ScratchDirectory directory;
    ServiceProcess service(directory, {.environment = c.environment});
    EXPECT_EQ(service.WaitForExit(), c.exit_code) << c.message;
    EXPECT_THAT(service.Stderr(), HasSubstr(c.message));
  }
}

TEST(WebProcess, RefusesACommandLineThatItDoesNotKnow) {
  ScratchDirectory directory;
  for (const char* word : {"wbe", "--nope"}) {
    ServiceProcess service(directory, {.arguments = {word}});
    EXPECT_EQ(service.WaitForExit(), 64) << word;
    EXPECT_THAT(service.Stderr(), HasSubstr(word));
  }
}

TEST(WebProcess, ListsItsViolations) {
  ScratchDirectory directory;
  ServiceProcess service(directory, {.arguments = {"--list-violations", "--json"}});
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_GE(json::parse(service.Stdout()).size(), 11u);
}

TEST(WebProcess, SharesSessionsWithItsLikeAndLeavesThemBehind) {
  ScratchDirectory directory;
  const std::map<std::string, std::string> database = {
      {"DATABASE_URL", "sqlite://" + directory.path() + "/sessions.db"}};
  ServiceProcess first(directory, {.environment = database});
  ServiceProcess second(directory, {.environment = database});
  const std::string body = R"({"user_id":"ann","data":{"step":1}})";
  RawClient client(first.WaitForPort());
  ASSERT_TRUE(client.Send(fmt::format(
      "POST /api/v1/sessions HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", body.size(), body)));
  const auto created = client.Receive();
  ASSERT_TRUE(created.has_value());
  ASSERT_EQ(created->status, 201);
  first.Signal(SIGKILL);
  EXPECT_EQ(first.WaitForExit(), 128 + SIGKILL);
  const auto found = RawClient(second.WaitForPort()).Get(created->headers.at("location"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->status, 200);
  EXPECT_EQ(json::parse(found->body)["data"]["step"], 1);
}

TEST(WebProcess, ServesWhenNobodyReadsItsEvents) {
  ScratchDirectory directory;
  ServiceProcess service(directory, {.read_stdout = false});
  const std::uint16_t port = service.FindPort();
  ASSERT_NE(port, 0);
  RawClient client(port);
  for (int i = 0; i < 600; ++i) ASSERT_EQ(client.Get("/health")->status, 200) << "request " << i;
  const auto metrics = client.Get("/metrics");
  ASSERT_TRUE(metrics.has_value());
  EXPECT_THAT(metrics->body, HasSubstr("events_dropped_total"));
  EXPECT_EQ(metrics->body.find("events_dropped_total 0\n"), std::string::npos);
  service.ReadStdout();
  // Dropped until the reader has made room; then an event says how many.
  std::optional<json> told;
  for (int i = 0; i < 1000 && !told; ++i) {
    ASSERT_EQ(client.Get("/health")->status, 200);
    if (service.Stdout().find("events_dropped\",\"level") != std::string::npos) {
      told = service.WaitForEvent("events_dropped");
    }
  }
  ASSERT_TRUE(told.has_value());
  EXPECT_GT((*told)["count"], 0);
}

TEST(WebProcess, ServesWhenTheReaderOfItsEventsIsGone) {
  ScratchDirectory directory;
  ServiceProcess service(directory,
                         {.environment = {{"DRAIN_DELAY_MS", "1"}}, .close_stdout = true});
  const std::uint16_t port = service.FindPort();
  ASSERT_NE(port, 0);
  EXPECT_EQ(StatusOf(port, "/health"), 200);
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
}

}  // namespace
}  // namespace twelve

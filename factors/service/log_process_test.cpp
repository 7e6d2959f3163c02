// The whole binary: the shape and the level of what it writes to stdout.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

/// The events that were written so far; a line that is none is a failure.
std::vector<json> Events(ServiceProcess& service) {
  std::vector<json> events;
  std::istringstream lines(service.Stdout());
  std::string line;
  while (std::getline(lines, line)) {
    events.push_back(json::parse(line, nullptr, false));
    EXPECT_TRUE(events.back().is_object()) << line;
  }
  return events;
}

TEST(Events, AllHaveTheSameFields) {
  ScratchDirectory directory;
  ServiceProcess service(directory,
                         {.environment = {{"DRAIN_DELAY_MS", "1"}, {"SERVICE_NAME", "shop"}}});
  EXPECT_EQ(RawClient(service.WaitForPort()).Get("/status/500")->status, 500);
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  const std::vector<json> events = Events(service);
  EXPECT_GE(events.size(), 5u);
  for (const json& event : events) {
    EXPECT_THAT(event["timestamp"].get<std::string>(),
                MatchesRegex("20..-..-..T..:..:..[.][0-9]{3}Z"));
    EXPECT_EQ(event["service"], "shop");
    EXPECT_THAT(event["trace_id"].get<std::string>(), MatchesRegex("[0-9a-f]{32}"));
    EXPECT_TRUE(event["event_type"].is_string()) << event;
    EXPECT_TRUE(event["data"].is_object()) << event;
    const bool failed = event["event_type"] == "http_request";
    EXPECT_EQ(event["level"], failed ? "ERROR" : "INFO") << event;
  }
}

TEST(Events, DoNotCallARefusalWhileDrainingAnError) {
  ScratchDirectory directory;
  ServiceProcess service(directory,
                         {.environment = {{"DRAIN_DELAY_MS", "60000"}, {"GRACE_MS", "60000"}}});
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0);
  service.Signal(SIGTERM);
  ASSERT_TRUE(service.WaitForEvent("draining").has_value());
  EXPECT_EQ(RawClient(port).Get("/ready")->status, 503);
  ASSERT_TRUE(service.WaitForEvent("http_request").has_value());
  service.Signal(SIGTERM);
  service.WaitForExit();
  EXPECT_THAT(service.Stdout(), Not(HasSubstr("\"ERROR\"")));
}

TEST(Events, AreChosenByALevelInWhateverSpelling) {
  for (const char* level : {"ERROR", "error", "Error"}) {
    ScratchDirectory directory;
    ServiceProcess service(directory,
                           {.environment = {{"DRAIN_DELAY_MS", "1"}, {"LOG_LEVEL", level}}});
    const std::uint16_t port = service.FindPort();
    ASSERT_NE(port, 0) << level << ": " << service.Stderr();
    EXPECT_EQ(RawClient(port).Get("/status/500")->status, 500);
    EXPECT_EQ(RawClient(port).Get("/status/200")->status, 200);
    service.Signal(SIGTERM);
    EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
    const std::vector<json> events = Events(service);
    ASSERT_EQ(events.size(), 1u) << service.Stdout();
    EXPECT_EQ(events[0]["data"]["status_code"], 500);
  }
}

}  // namespace
}  // namespace twelve

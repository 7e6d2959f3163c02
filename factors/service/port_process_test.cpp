// The whole binary: its port, and the trace of a request through it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTrace = "0af7651916cd43dd8448eb211c80319c";

long LinesIn(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

TEST(Port, ThatIsNoneIsOneClearLineAndTheEnd) {
  for (const char* port : {"http", "70000", "-1", "80 80", "8080x", "0x50", ""}) {
    ScratchDirectory directory;
    ServiceProcess service(directory, {.environment = {{"PORT", port}}});
    EXPECT_EQ(service.WaitForExit(), 78) << port;
    EXPECT_THAT(service.Stderr(), HasSubstr("PORT")) << port;
    EXPECT_EQ(LinesIn(service.Stderr()), 1) << service.Stderr();
    EXPECT_THAT(service.Stdout(), Not(HasSubstr("listening"))) << port;
  }
}

TEST(Port, ThatIsTakenIsOneClearLineAndTheEnd) {
  const Result<BoundPort> taken = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(taken.ok());
  ScratchDirectory directory;
  ServiceProcess service(directory, {.environment = {{"PORT", std::to_string(taken->port)}}});
  EXPECT_EQ(service.WaitForExit(), 69);
  EXPECT_THAT(service.Stderr(),
              HasSubstr(fmt::format("127.0.0.1:{}, the port is in use", taken->port)));
  EXPECT_EQ(LinesIn(service.Stderr()), 1) << service.Stderr();
}

TEST(Port, ZeroIsAnyOneAndSaysWhich) {
  ScratchDirectory directory;
  ServiceProcess one(directory, {}), other(directory, {});
  const std::uint16_t port = one.WaitForPort();
  EXPECT_NE(port, 0);
  EXPECT_EQ(port, one.FindPort());
  EXPECT_NE(port, other.WaitForPort());
}

TEST(Trace, OfARequestIsInItsAnswerAndItsEvent) {
  ScratchDirectory directory;
  ServiceProcess service(directory, {});
  RawClient client(service.WaitForPort());
  const auto answer =
      client.Get("/", fmt::format("traceparent: 00-{}-b7ad6b7169203331-01\r\ntracestate: a=1\r\n"
                                  "X-Request-Id: r-1\r\n",
                                  kTrace));
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->headers.at("traceparent"), HasSubstr(kTrace));
  EXPECT_EQ(answer->headers.at("tracestate"), "a=1");
  EXPECT_EQ(answer->headers.at("x-request-id"), "r-1");
  ASSERT_TRUE(service.WaitForEvent("http_request").has_value());
  EXPECT_THAT(service.Stdout(), HasSubstr(std::string("\"trace_id\":\"") + kTrace));
}

}  // namespace
}  // namespace twelve

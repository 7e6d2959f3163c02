// The whole binary: violations of its port, its server and its routes do what their rows say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class WebViolations : public ::testing::Test {
 protected:
  static ServiceProcess::Options With(const std::string& violation,
                                      std::map<std::string, std::string> environment = {}) {
    environment.emplace("DRAIN_DELAY_MS", "1");
    return {.arguments = {"web", "--violate", violation}, .environment = std::move(environment)};
  }
  ScratchDirectory directory_;
};

TEST_F(WebViolations, BindLoopbackIgnoresHost) {
  ServiceProcess service(directory_, With("bind-loopback", {{"HOST", "192.0.2.1"}}));
  const auto listening = service.WaitForEvent("listening");
  ASSERT_TRUE(listening.has_value()) << service.Stderr();
  EXPECT_EQ((*listening)["host"], "127.0.0.1");
}

TEST_F(WebViolations, DebugPortTriesToHaveASecondPort) {
  // Held by this test or by another program, or else by the service: somebody has it afterwards.
  ServiceProcess service(directory_, With("debug-port"));
  ASSERT_NE(service.WaitForPort(), 0) << service.Stderr();
  EXPECT_FALSE(TcpPortBinder().Bind("127.0.0.1", 9229).ok());
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
}

TEST_F(WebViolations, FastCgiOnlyAnswersNoHttp) {
  ServiceProcess service(directory_, With("fastcgi-only"));
  RawClient client(service.WaitForPort());
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(client.ReadToEnd(), "");
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
}

TEST_F(WebViolations, NoReuseaddrHasToWaitForItsPort) {
  std::uint16_t port = 0;
  {
    ServiceProcess service(directory_, With("no-reuseaddr"));
    port = service.WaitForPort();
    RawClient client(port);
    // The service closes first, and its side of the connection keeps the port.
    ASSERT_EQ(client.Get("/health", "Connection: close\r\n")->status, 200);
    EXPECT_TRUE(client.IsAtEnd());
    client.Close();
    service.Signal(SIGTERM);
    ASSERT_EQ(service.WaitForExit(), 0) << service.Stderr();
  }
  ServiceProcess again(directory_, With("no-reuseaddr", {{"PORT", std::to_string(port)}}));
  EXPECT_EQ(again.WaitForExit(), 69);
  EXPECT_THAT(again.Stderr(), HasSubstr("the port is in use"));
}

TEST_F(WebViolations, PortNanDefaultServesOnAnyPort) {
  ServiceProcess service(directory_, With("port-nan-default", {{"PORT", "abc"}}));
  EXPECT_EQ(RawClient(service.WaitForPort()).Get("/health")->status, 200);
}

TEST_F(WebViolations, PortRandomDefaultServesOnAnyPort) {
  ServiceProcess::Options options = With("port-random-default");
  options.set_port = false;
  ServiceProcess one(directory_, options), other(directory_, options);
  const std::uint16_t port = one.WaitForPort();
  EXPECT_NE(port, 0) << one.Stderr();
  EXPECT_NE(port, other.WaitForPort());
}

TEST_F(WebViolations, DropTraceparentBeginsATraceOfItsOwn) {
  ServiceProcess service(directory_, With("drop-traceparent"));
  RawClient client(service.WaitForPort());
  const auto answer =
      client.Get("/", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->headers.at("traceparent"),
              Not(HasSubstr("0af7651916cd43dd8448eb211c80319c")));
}

TEST_F(WebViolations, NoHealthCannotBeAsked) {
  ServiceProcess service(directory_, With("no-health"));
  RawClient client(service.WaitForPort());
  EXPECT_EQ(client.Get("/health")->status, 404);
  EXPECT_EQ(client.Get("/ready")->status, 404);
  EXPECT_EQ(client.Get("/")->status, 200);
}

TEST_F(WebViolations, ServesDotenvHandsOutTheFile) {
  std::ofstream(directory_.path() + "/.env") << "PASSWORD=hunter2\n";
  ServiceProcess service(directory_, With("serves-dotenv"));
  EXPECT_EQ(RawClient(service.WaitForPort()).Get("/.env")->body, "PASSWORD=hunter2\n");
  ServiceProcess good(directory_, {});
  EXPECT_EQ(RawClient(good.WaitForPort()).Get("/.env")->status, 404);
}

TEST_F(WebViolations, Stacktrace500ShowsTheEnvironment) {
  const std::map<std::string, std::string> secret = {{"SMTP_PASSWORD", "hunter2"}};
  ServiceProcess service(directory_, With("stacktrace-500", secret));
  EXPECT_THAT(RawClient(service.WaitForPort()).Get("/status/500")->body, HasSubstr("hunter2"));
  ServiceProcess good(directory_, {.environment = secret});
  EXPECT_THAT(RawClient(good.WaitForPort()).Get("/status/500")->body, Not(HasSubstr("hunter2")));
}

TEST_F(WebViolations, BadMetricsAreNoFormat) {
  ServiceProcess service(directory_, With("bad-metrics"));
  EXPECT_THAT(RawClient(service.WaitForPort()).Get("/metrics")->body, HasSubstr("{route=/}"));
}

}  // namespace
}  // namespace twelve

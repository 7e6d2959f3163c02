// The whole binary: each violation does what its row says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;

class ViolationsTest : public ::testing::Test {
 protected:
  ServiceProcess::Options With(const std::string& violation) const {
    return {.arguments = {"web", "--violate", violation}, .environment = {{"DRAIN_DELAY_MS", "1"}}};
  }
  ScratchDirectory directory_;
};

TEST_F(ViolationsTest, IgnoreSigtermGoesOnUntilSigkill) {
  ServiceProcess service(directory_, With("ignore-sigterm"));
  const std::uint16_t port = service.WaitForPort();
  service.Signal(SIGTERM);
  EXPECT_EQ(RawClient(port).Get("/ready")->status, 200);
  service.Signal(SIGKILL);
  EXPECT_EQ(service.WaitForExit(), 128 + SIGKILL);
  EXPECT_THAT(service.Stdout(), ::testing::Not(HasSubstr("draining")));
}

TEST_F(ViolationsTest, ExitOnSigtermCutsRequestsAndEndsWithZero) {
  ServiceProcess service(directory_, With("exit-on-sigterm"));
  RawClient client(service.WaitForPort());
  ASSERT_EQ(client.Get("/health")->status, 200);
  ASSERT_TRUE(client.Send("GET /delay/60000 HTTP/1.1\r\n\r\n"));
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_FALSE(client.Receive().has_value());
}

TEST_F(ViolationsTest, NoTermHandlerDiesOfTheSignal) {
  ServiceProcess service(directory_, With("no-term-handler"));
  ASSERT_NE(service.WaitForPort(), 0);
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 128 + SIGTERM);
  EXPECT_THAT(service.Stdout(), ::testing::Not(HasSubstr("draining")));
}

TEST_F(ViolationsTest, SlowBootHasNoPortYetAndCanBeEnded) {
  ServiceProcess service(directory_, With("slow-boot"));
  ASSERT_TRUE(service.WaitForEvent("starting").has_value());
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_THAT(service.Stdout(), HasSubstr("\"stopped\""));
  EXPECT_THAT(service.Stdout(), ::testing::Not(HasSubstr("listening")));
}

TEST_F(ViolationsTest, StaleLockRefusesToStartAfterSigkillOnly) {
  {
    ServiceProcess service(directory_, With("stale-lock"));
    ASSERT_NE(service.WaitForPort(), 0);
    service.Signal(SIGTERM);
    ASSERT_EQ(service.WaitForExit(), 0);
  }
  {
    ServiceProcess service(directory_, With("stale-lock"));
    ASSERT_NE(service.WaitForPort(), 0) << "a clean exit must remove the lock";
    service.Signal(SIGKILL);
    service.WaitForExit();
  }
  ServiceProcess service(directory_, With("stale-lock"));
  EXPECT_EQ(service.WaitForExit(), 69);
  EXPECT_THAT(service.Stderr(), HasSubstr("app.lock exists"));
}

TEST_F(ViolationsTest, ShellWrapperDiesAndItsServiceServesOn) {
  ServiceProcess service(directory_, With("shell-wrapper"));
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0);
  EXPECT_NE(service.ServicePid(), service.pid());
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForLaunched(), 128 + SIGTERM);
  EXPECT_EQ(RawClient(port).Get("/ready")->status, 200);
}

TEST_F(ViolationsTest, HardcodePortAsksFor8080) {
  // Held by this test or by another program: either way the service is refused, and says what for.
  const Result<BoundPort> holder = TcpPortBinder().Bind("127.0.0.1", 8080);
  ServiceProcess service(directory_, With("hardcode-port"));
  EXPECT_EQ(service.WaitForExit(), 69);
  EXPECT_THAT(service.Stderr(), HasSubstr("127.0.0.1:8080"));
}

TEST_F(ViolationsTest, PortFallbackTakesAnother) {
  const Result<BoundPort> taken = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(taken.ok());
  ServiceProcess::Options options = With("port-fallback");
  options.environment["PORT"] = std::to_string(taken->port);
  ServiceProcess service(directory_, std::move(options));
  const std::uint16_t port = service.WaitForPort();
  EXPECT_NE(port, taken->port);
  EXPECT_EQ(RawClient(port).Get("/ready")->status, 200);
}

TEST_F(ViolationsTest, IgnoreListenErrorEndsAsIfAllWereWell) {
  const Result<BoundPort> taken = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(taken.ok());
  ServiceProcess::Options options = With("ignore-listen-error");
  options.environment["PORT"] = std::to_string(taken->port);
  ServiceProcess service(directory_, std::move(options));
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_EQ(service.Stderr(), "");
}

TEST_F(ViolationsTest, BufferedStdoutSpeaksOnlyAtTheEnd) {
  ServiceProcess service(directory_, With("buffered-stdout"));
  const std::uint16_t port = service.FindPort();
  ASSERT_NE(port, 0);
  EXPECT_EQ(RawClient(port).Get("/health")->status, 200);
  EXPECT_EQ(service.Stdout(), "");
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_THAT(service.Stdout(), HasSubstr("\"path\":\"/health\""));
}

TEST_F(ViolationsTest, LogToFileOnlyLeavesStdoutEmpty) {
  ServiceProcess service(directory_, With("log-to-file-only"));
  const std::uint16_t port = service.FindPort();
  ASSERT_NE(port, 0);
  EXPECT_EQ(RawClient(port).Get("/health")->status, 200);
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_EQ(service.Stdout(), "");
  std::stringstream log;
  log << std::ifstream(directory_.path() + "/app.log").rdbuf();
  EXPECT_THAT(log.str(), HasSubstr("\"path\":\"/health\""));
}

TEST_F(ViolationsTest, CanBeCombined) {
  ServiceProcess service(directory_, With("shell-wrapper,ignore-sigterm,stale-lock"));
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0);
  const auto starting = service.WaitForEvent("starting");
  EXPECT_EQ((*starting)["violations"], "ignore-sigterm,stale-lock");
  EXPECT_TRUE(std::filesystem::exists(directory_.path() + "/app.lock"));
  ASSERT_GT(service.ServicePid(), 0);
  ASSERT_GT(service.ServicePid(), 0);
  ::kill(service.ServicePid(), SIGTERM);
  EXPECT_EQ(RawClient(port).Get("/ready")->status, 200);
}

}  // namespace
}  // namespace twelve

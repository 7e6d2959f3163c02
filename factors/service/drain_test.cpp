// The whole binary, ended in every way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

/// A client that balances by readiness: it asks /ready every 50 ms, as a router does, and sends
/// requests as long as the answer is yes.
class ReadyClient {
 public:
  explicit ReadyClient(std::uint16_t port) : port_(port) {
    threads_.emplace_back([this] { PollReadiness(); });
    for (int i = 0; i < 4; ++i) threads_.emplace_back([this] { SendWhileReady(); });
  }
  void Join() {
    for (std::thread& thread : threads_) thread.join();
  }
  int answered() const { return answered_; }
  int failed() const { return failed_; }
  void WaitForAnswers(int count) const {
    while (answered_ < count && failed_ == 0) std::this_thread::yield();
  }

 private:
  void PollReadiness() {
    while (ready_) {
      const auto answer = RawClient(port_).Get("/ready", "Connection: close\r\n");
      if (!answer || answer->status != 200) ready_ = false;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  void SendWhileReady() {
    std::unique_ptr<RawClient> connection;
    while (ready_) {
      if (!connection) connection = std::make_unique<RawClient>(port_);
      const auto answer = connection->Get("/delay/5");
      ++(answer && answer->status == 200 ? answered_ : failed_);
      if (!answer || answer->headers.at("connection") == "close") connection.reset();
    }
  }

  const std::uint16_t port_;
  std::atomic<bool> ready_{true};
  std::atomic<int> answered_{0};
  std::atomic<int> failed_{0};
  std::vector<std::thread> threads_;
};

TEST(Drain, LosesNoRequestOfAClientThatLooksAtReadiness) {
  ScratchDirectory directory;
  // Long enough for the client to look, on a machine that is busy.
  ServiceProcess service(directory, {.environment = {{"DRAIN_DELAY_MS", "3000"}}});
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0);
  ReadyClient client(port);
  client.WaitForAnswers(100);
  service.Signal(SIGTERM);
  client.Join();
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_GE(client.answered(), 100);
  EXPECT_EQ(client.failed(), 0);
  const auto drained = service.WaitForEvent("drained");
  ASSERT_TRUE(drained.has_value());
  EXPECT_EQ((*drained)["cut_connections"], 0);
}

TEST(Drain, IsNotReadyButHealthyAndStillAnswers) {
  ScratchDirectory directory;
  ServiceProcess service(directory,
                         {.environment = {{"DRAIN_DELAY_MS", "60000"}, {"GRACE_MS", "60000"}}});
  const std::uint16_t port = service.WaitForPort();
  service.Signal(SIGTERM);
  ASSERT_TRUE(service.WaitForEvent("draining").has_value());
  EXPECT_EQ(RawClient(port).Get("/ready")->status, 503);
  const auto health = RawClient(port).Get("/health");
  ASSERT_TRUE(health.has_value());
  EXPECT_EQ(health->status, 200);
  EXPECT_EQ(health->headers.at("connection"), "close");
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 128 + SIGTERM);
}

TEST(Drain, FinishesARequestThatOutlastsTheListener) {
  ScratchDirectory directory;
  ServiceProcess service(directory, {.environment = {{"DRAIN_DELAY_MS", "1"}}});
  const std::uint16_t port = service.WaitForPort();
  RawClient client(port);
  ASSERT_TRUE(client.Send("GET /delay/1500 HTTP/1.1\r\n\r\n"));
  service.Signal(SIGTERM);
  ASSERT_TRUE(service.WaitForEvent("stopped_accepting").has_value());
  EXPECT_FALSE(RawClient(port).connected());
  const auto answer = client.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
}

TEST(Drain, DoesNotWaitForIdleConnections) {
  ScratchDirectory directory;
  ServiceProcess service(directory,
                         {.environment = {{"DRAIN_DELAY_MS", "1"}, {"GRACE_MS", "600000"}}});
  const std::uint16_t port = service.WaitForPort();
  RawClient used(port);
  ASSERT_EQ(used.Get("/health")->status, 200);
  RawClient silent(port);
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_TRUE(used.IsAtEnd());
}

TEST(Drain, ASecondSignalEndsAtOnce) {
  ScratchDirectory directory;
  ServiceProcess service(directory,
                         {.environment = {{"DRAIN_DELAY_MS", "1"}, {"GRACE_MS", "600000"}}});
  RawClient client(service.WaitForPort());
  ASSERT_TRUE(client.Send("GET /delay/60000 HTTP/1.1\r\n\r\n"));
  service.Signal(SIGTERM);
  ASSERT_TRUE(service.WaitForEvent("stopped_accepting").has_value());
  service.Signal(SIGINT);
  EXPECT_EQ(service.WaitForExit(), 128 + SIGINT);
}

TEST(Drain, CutsWhatIsLeftAfterTheGracePeriodAndSaysSo) {
  ScratchDirectory directory;
  ServiceProcess service(directory,
                         {.environment = {{"DRAIN_DELAY_MS", "1"}, {"GRACE_MS", "300"}}});
  RawClient client(service.WaitForPort());
  ASSERT_TRUE(client.Send("GET /delay/60000 HTTP/1.1\r\n\r\n"));
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 1);
  const auto drained = service.WaitForEvent("drained");
  ASSERT_TRUE(drained.has_value());
  EXPECT_EQ((*drained)["cut_connections"], 1);
  const auto stopped = service.WaitForEvent("stopped");
  ASSERT_TRUE(stopped.has_value());
  EXPECT_EQ((*stopped)["exit_code"], 1);
}

}  // namespace
}  // namespace twelve

#include "factors/service/bad_release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;

TEST(ParseBadRelease, ReadsKindsAndTheirAmounts) {
  EXPECT_EQ(ParseBadRelease("crash-at-start")->kind, BadRelease::Kind::kCrashAtStart);
  EXPECT_EQ(ParseBadRelease("errors=0.25")->kind, BadRelease::Kind::kErrors);
  EXPECT_EQ(ParseBadRelease("errors=0.25")->amount, 0.25);
  EXPECT_EQ(ParseBadRelease("crash-after=2.5")->amount, 2.5);
}

TEST(ParseBadRelease, RefusesTheRestAndNamesWhatThereIs) {
  for (const char* text : {"", "crash", "errors", "errors=", "errors=2", "errors=-1", "errors=x",
                           "hang=3", "leak=1MB"}) {
    EXPECT_FALSE(ParseBadRelease(text).ok()) << text;
  }
  EXPECT_THAT(ParseBadRelease("crash").error().message, HasSubstr("crash-after=SECONDS"));
}

class BadReleaseTest : public ::testing::Test {
 protected:
  ServiceProcess::Options Bad(const std::string& bad) const {
    return {.arguments = {"web", "--bad", bad},
            .environment = {{"DRAIN_DELAY_MS", "1"}, {"GRACE_MS", "300"}}};
  }
  int StatusOf(std::uint16_t port, const std::string& path) {
    const auto answer = RawClient(port).Get(path, "Connection: close\r\n");
    return answer ? answer->status : 0;
  }
  ScratchDirectory directory_;
};

TEST_F(BadReleaseTest, CrashAtStartNeverListens) {
  ServiceProcess service(directory_, Bad("crash-at-start"));
  EXPECT_EQ(service.WaitForExit(), 1);
  EXPECT_THAT(service.Stderr(), HasSubstr("crashed at start"));
}

TEST_F(BadReleaseTest, CrashAfterServesFirst) {
  ServiceProcess service(directory_, Bad("crash-after=1"));
  const std::uint16_t port = service.WaitForPort();
  EXPECT_NE(port, 0);
  EXPECT_EQ(service.WaitForExit(), 128 + SIGABRT);
}

TEST_F(BadReleaseTest, NeverReadyIsHealthyAndNotReady) {
  ServiceProcess service(directory_, Bad("never-ready"));
  const std::uint16_t port = service.WaitForPort();
  EXPECT_EQ(StatusOf(port, "/ready"), 503);
  EXPECT_EQ(StatusOf(port, "/health"), 200);
}

TEST_F(BadReleaseTest, SlowStartCanBeEndedWhileItWaits) {
  ServiceProcess service(directory_, Bad("slow-start=600000"));
  ASSERT_TRUE(service.WaitForEvent("starting").has_value());
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
}

TEST_F(BadReleaseTest, ErrorsAreThatPartOfAllRequestsButNoProbe) {
  ServiceProcess service(directory_, Bad("errors=0.25"));
  const std::uint16_t port = service.WaitForPort();
  RawClient client(port);
  int failed = 0;
  for (int i = 0; i < 40; ++i) failed += client.Get("/")->status == 500 ? 1 : 0;
  EXPECT_EQ(failed, 10);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(client.Get("/ready")->status, 200);
}

TEST_F(BadReleaseTest, LatencyIsAddedToEachRequest) {
  ServiceProcess service(directory_, Bad("latency=200"));
  const std::uint16_t port = service.WaitForPort();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(StatusOf(port, "/"), 200);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(200));
}

TEST_F(BadReleaseTest, LeakGrows) {
  ServiceProcess service(directory_, Bad("leak=100"));
  ASSERT_NE(service.WaitForPort(), 0);
  const auto resident_pages = [&service] {
    std::ifstream in("/proc/" + std::to_string(service.pid()) + "/statm");
    long size = 0, resident = 0;
    in >> size >> resident;
    return resident;
  };
  const long before = resident_pages();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (resident_pages() < before + 5'000 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_GE(resident_pages(), before + 5'000);  // 20 MB
}

TEST_F(BadReleaseTest, HangTakesRequestsAndAnswersNone) {
  ServiceProcess service(directory_, Bad("hang"));
  RawClient client(service.WaitForPort());
  EXPECT_TRUE(client.connected());
  ASSERT_TRUE(client.Send("GET /health HTTP/1.1\r\n\r\n"));
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 1);
  EXPECT_FALSE(client.Receive().has_value());
}

}  // namespace
}  // namespace twelve

#include "harness/process/http_ready_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_socket_host.h"

namespace twelve {
namespace {

using testing::HasSubstr;

/// A server in the same loop: gives each connection the next of its answers, then closes it.
class HttpReadyProbeTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<EventLoop>> loop = PosixEventLoop::Create(clock_);
    ASSERT_TRUE(loop);
    loop_ = std::move(loop).value();
    Listen(0);
    port_ = sockets_.LocalPort(listener_.get());
  }
  void TearDown() override {
    probe_.reset();
    if (listener_.valid()) loop_->Unwatch(listener_.get());
  }

  void Listen(std::uint16_t port) {
    Result<UniqueFd> listener = sockets_.Listen("127.0.0.1", port, 16);
    ASSERT_TRUE(listener) << listener.error().message;
    listener_ = std::move(listener).value();
    ASSERT_TRUE(loop_->Watch(listener_.get(), {}, [this](FdEvents) { Serve(); }));
  }
  void StopListening() {
    loop_->Unwatch(listener_.get());
    listener_.Reset();
  }
  void Serve() {
    Result<UniqueFd> connection = sockets_.Accept(listener_.get());
    if (!connection) return;
    ++served_;
    const std::string answer = answers_.empty() ? "" : answers_.front();
    if (answers_.size() > 1) answers_.erase(answers_.begin());
    kept_.push_back(std::move(connection).value());
    const int fd = kept_.back().get();
    ASSERT_TRUE(loop_->Watch(fd, {}, [this, fd, answer](FdEvents) {
      std::array<char, 4096> buffer;
      const IoResult io = sockets_.Read(fd, buffer.data(), buffer.size());
      if (io.kind == IoResult::Kind::kDone) request_.assign(buffer.data(), io.bytes);
      if (answer != "hang") {
        sockets_.Write(fd, answer);
        sockets_.ShutdownWrite(fd);
      }
      loop_->Unwatch(fd);
    }));
  }
  void Probe(const std::string& path = "/health") {
    probe_ = std::make_unique<HttpReadyProbe>(*loop_, sockets_, port_, path,
                                              [this](int status) { status_ = status; });
  }
  template <typename Predicate>
  bool WaitFor(Predicate predicate) {
    const Deadline deadline = Deadline::After(clock_, std::chrono::seconds(20));
    while (!predicate()) {
      if (deadline.Passed(clock_)) return false;
      loop_->RunOnce(std::chrono::milliseconds(50));
    }
    return true;
  }

  SystemClock clock_;
  std::unique_ptr<EventLoop> loop_;
  PosixSocketHost sockets_;
  UniqueFd listener_;
  std::vector<UniqueFd> kept_;
  std::uint16_t port_ = 0;
  std::vector<std::string> answers_ = {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"};
  std::string request_;
  int served_ = 0;
  int status_ = 0;
  std::unique_ptr<HttpReadyProbe> probe_;
};

TEST_F(HttpReadyProbeTest, TheFirstCompleteAnswerIsEnough) {
  Probe();
  ASSERT_TRUE(WaitFor([&] { return status_ != 0; }));
  EXPECT_EQ(status_, 200);
  EXPECT_THAT(request_, HasSubstr("GET /health HTTP/1.1\r\n"));
}

TEST_F(HttpReadyProbeTest, AnAnswerThatRefusesIsAnAnswer) {
  answers_ = {"HTTP/1.0 404 Not Found\r\n\r\nno"};
  Probe();
  ASSERT_TRUE(WaitFor([&] { return status_ != 0; }));
  EXPECT_EQ(status_, 404);
}

TEST_F(HttpReadyProbeTest, AsksAgainAfterHalfAnAnswerAndAfterA503) {
  answers_ = {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "HTTP/1.1 503 Busy\r\n\r\n",
              "HTTP/1.1 204 No Content\r\n\r\n"};
  Probe();
  ASSERT_TRUE(WaitFor([&] { return status_ != 0; }));
  EXPECT_EQ(status_, 204);
  EXPECT_EQ(served_, 3);
}

TEST_F(HttpReadyProbeTest, WaitsUntilSomebodyListens) {
  StopListening();
  Probe();
  ASSERT_TRUE(WaitFor([&] { return !probe_->problem().empty(); }));
  EXPECT_EQ(probe_->problem(), "nobody listens on port " + std::to_string(port_));
  EXPECT_EQ(status_, 0);
  Listen(port_);
  ASSERT_TRUE(WaitFor([&] { return status_ != 0; }));
}

TEST_F(HttpReadyProbeTest, SaysWhyItIsNotReady) {
  answers_ = {"HTTP/1.1 500 Oops\r\n\r\n"};
  Probe();
  ASSERT_TRUE(WaitFor([&] { return !probe_->problem().empty(); }));
  EXPECT_THAT(probe_->problem(), HasSubstr("answers with status 500"));
  answers_ = {"garbage\r\n"};
  ASSERT_TRUE(
      WaitFor([&] { return probe_->problem().find("no complete answer") != std::string::npos; }));
}

TEST_F(HttpReadyProbeTest, CanBeDestroyedWhileItWaits) {
  answers_ = {"hang"};
  Probe();
  ASSERT_TRUE(WaitFor([&] { return !request_.empty(); }));
  probe_.reset();
  EXPECT_EQ(status_, 0);
}

}  // namespace
}  // namespace twelve

#include "harness/os/posix/posix_socket_host.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <cerrno>

namespace twelve {
namespace {

bool WaitFor(int fd, short events) {
  pollfd wait = {fd, events, 0};
  constexpr int kPatienceMs = 30'000;
  return poll(&wait, 1, kPatienceMs) == 1;
}

class PosixSocketHostTest : public testing::Test {
 protected:
  void Meet(const std::string& address) {
    Result<UniqueFd> listener = sockets_.Listen(address, 0, 16);
    ASSERT_TRUE(listener.ok()) << listener.error().message;
    listener_ = std::move(listener).value();
    port_ = sockets_.LocalPort(listener_.get());
    ASSERT_NE(port_, 0);
    Result<UniqueFd> client = sockets_.Connect(address, port_);
    ASSERT_TRUE(client.ok()) << client.error().message;
    client_ = std::move(client).value();
    ASSERT_TRUE(WaitFor(client_.get(), POLLOUT));
    ASSERT_EQ(sockets_.ConnectError(client_.get()), 0);
    ASSERT_TRUE(WaitFor(listener_.get(), POLLIN));
    Result<UniqueFd> server = sockets_.Accept(listener_.get());
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(server).value();
  }

  PosixSocketHost sockets_;
  UniqueFd listener_;
  UniqueFd client_;
  UniqueFd server_;
  std::uint16_t port_ = 0;
  char buffer_[64] = {};
};

TEST_F(PosixSocketHostTest, CarriesBytesAndTheEnd) {
  ASSERT_NO_FATAL_FAILURE(Meet("127.0.0.1"));
  EXPECT_EQ(sockets_.Read(server_.get(), buffer_, sizeof buffer_).kind,
            IoResult::Kind::kWouldBlock);
  EXPECT_EQ(sockets_.Write(client_.get(), "hello").bytes, 5U);
  ASSERT_TRUE(WaitFor(server_.get(), POLLIN));
  const IoResult read = sockets_.Read(server_.get(), buffer_, sizeof buffer_);
  EXPECT_EQ(read.kind, IoResult::Kind::kDone);
  EXPECT_EQ(std::string(buffer_, read.bytes), "hello");
  sockets_.ShutdownWrite(client_.get());
  ASSERT_TRUE(WaitFor(server_.get(), POLLIN));
  EXPECT_EQ(sockets_.Read(server_.get(), buffer_, sizeof buffer_).kind, IoResult::Kind::kEnd);
  EXPECT_EQ(sockets_.Write(server_.get(), "still").bytes, 5U);  // the other half stays open
}

TEST_F(PosixSocketHostTest, NobodyWaitingIsBusy) {
  ASSERT_NO_FATAL_FAILURE(Meet("127.0.0.1"));
  EXPECT_EQ(sockets_.Accept(listener_.get()).error().code, ErrorCode::kBusy);
}

TEST_F(PosixSocketHostTest, AResetIsSeenAsSuch) {
  ASSERT_NO_FATAL_FAILURE(Meet("127.0.0.1"));
  sockets_.ResetOnClose(client_.get());
  client_.Reset();
  ASSERT_TRUE(WaitFor(server_.get(), POLLIN));
  const IoResult read = sockets_.Read(server_.get(), buffer_, sizeof buffer_);
  EXPECT_EQ(read.kind, IoResult::Kind::kFailed);
  EXPECT_EQ(read.sys_errno, ECONNRESET);
  const IoResult write = sockets_.Write(server_.get(), "x");  // an error value, not SIGPIPE
  EXPECT_EQ(write.kind, IoResult::Kind::kFailed);
  EXPECT_EQ(write.sys_errno, EPIPE);
}

TEST_F(PosixSocketHostTest, ATakenPortIsBusy) {
  ASSERT_NO_FATAL_FAILURE(Meet("127.0.0.1"));
  const Result<UniqueFd> second = sockets_.Listen("127.0.0.1", port_, 16);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
}

TEST_F(PosixSocketHostTest, AClosedPortRefuses) {
  ASSERT_NO_FATAL_FAILURE(Meet("127.0.0.1"));
  listener_.Reset();
  Result<UniqueFd> client = sockets_.Connect("127.0.0.1", port_);
  int error = ECONNREFUSED;
  if (client) {
    ASSERT_TRUE(WaitFor(client->get(), POLLOUT));
    error = sockets_.ConnectError(client->get());
  } else {
    error = client.error().sys_errno;
  }
  EXPECT_EQ(error, ECONNREFUSED);
}

TEST_F(PosixSocketHostTest, SpeaksVersion6WhereThereIsOne) {
  if (const auto probe = sockets_.Listen("::1", 0, 1); !probe) {
    GTEST_SKIP() << "no IPv6 on this machine: " << probe.error().message;
  }
  ASSERT_NO_FATAL_FAILURE(Meet("::1"));
}

TEST_F(PosixSocketHostTest, LooksNoNameUp) {
  EXPECT_EQ(sockets_.Connect("example.org", 80).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(sockets_.Listen("", 0, 1).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(sockets_.Listen("localhost", 0, 1).ok());
}

}  // namespace
}  // namespace twelve

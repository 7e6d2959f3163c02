// What a client that is slow, large or dishonest gets.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/running_server.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

TEST(ServerLimits, AHeaderThatDoesNotEndIsRefusedAtItsDeadline) {
  ServerLimits limits;
  limits.header_deadline = milliseconds(100);
  RunningServer running(limits);
  for (const char* begun : {"GET /hel", "GET /hello HTTP/1.1\r\nHost: a\r\n"}) {
    RawClient client(running.port);
    ASSERT_TRUE(client.Send(begun));
    const auto answer = client.Receive();
    ASSERT_TRUE(answer.has_value()) << begun;
    EXPECT_EQ(answer->status, 408) << begun;
    EXPECT_TRUE(client.IsAtEnd()) << begun;
  }
}

TEST(ServerLimits, DripFeedingDoesNotMoveTheDeadline) {
  ServerLimits limits;
  limits.header_deadline = milliseconds(200);
  RunningServer running(limits);
  RawClient client(running.port);
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\nX: "));
  // Ends when the server closes; each byte comes long before a deadline of its own would pass.
  int sent = 0;
  while (client.Send("x") && sent < 2'000) {
    ++sent;
    ::usleep(10'000);
  }
  EXPECT_LT(sent, 2'000);
}

TEST(ServerLimits, ABodyThatDoesNotComeIsRefused) {
  ServerLimits limits;
  limits.body_deadline = milliseconds(100);
  RunningServer running(limits);
  RawClient client(running.port);
  ASSERT_TRUE(client.Send("POST /echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"));
  EXPECT_EQ(client.Receive()->status, 408);
  EXPECT_TRUE(client.IsAtEnd());
}

TEST(ServerLimits, AnIdleConnectionIsClosed) {
  ServerLimits limits;
  limits.idle_timeout = milliseconds(100);
  RunningServer running(limits);
  RawClient silent(running.port);
  EXPECT_TRUE(silent.IsAtEnd());
  RawClient client(running.port);
  ASSERT_EQ(client.Get("/hello")->status, 200);
  EXPECT_TRUE(client.IsAtEnd());
}

TEST(ServerLimits, HeadersHaveASize) {
  RunningServer running;
  for (const std::string& endless :
       {"GET /" + std::string(200'000, 'a'), "GET / HTTP/1.1\r\nX: " + std::string(200'000, 'a')}) {
    RawClient client(running.port);
    client.Send(endless);
    const auto answer = client.Receive();
    ASSERT_TRUE(answer.has_value());
    EXPECT_THAT(answer->status, ::testing::AnyOf(431, 414));
    EXPECT_TRUE(client.IsAtEnd());
  }
}

TEST(ServerLimits, BodiesHaveASizeHoweverTheyAreSent) {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  RunningServer running(limits);
  RawClient fits(running.port);
  ASSERT_TRUE(
      fits.Send("POST /echo HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'a')));
  EXPECT_EQ(fits.Receive()->status, 200);

  RawClient counted(running.port);
  ASSERT_TRUE(counted.Send("POST /echo HTTP/1.1\r\nContent-Length: 1001\r\n\r\n"));
  EXPECT_EQ(counted.Receive()->status, 413);
  EXPECT_TRUE(counted.IsAtEnd());

  RawClient chunked(running.port);
  ASSERT_TRUE(chunked.Send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "1f4\r\n" + std::string(500, 'a') + "\r\n";
  for (int i = 0; i < 3; ++i) chunked.Send(chunk);
  const auto answer = chunked.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 413);
  EXPECT_TRUE(chunked.IsAtEnd());
}

TEST(ServerLimits, OneByteChunksCannotGoOnForEver) {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  RunningServer running(limits);
  RawClient client(running.port);
  ASSERT_TRUE(client.Send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                          std::string(20'000, 'x')));
  EXPECT_EQ(client.Receive()->status, 413);
  EXPECT_TRUE(client.IsAtEnd());
}

TEST(ServerLimits, RefusesBodiesWhoseEndIsInDoubt) {
  RunningServer running;
  for (const char* headers :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: -5\r\n",
        "Content-Length: 5x\r\n", "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, identity\r\n"}) {
    RawClient client(running.port);
    ASSERT_TRUE(client.Send(fmt::format("POST /echo HTTP/1.1\r\n{}\r\nhello", headers)));
    const auto answer = client.Receive();
    ASSERT_TRUE(answer.has_value()) << headers;
    EXPECT_EQ(answer->status, 400) << headers;
    EXPECT_TRUE(client.IsAtEnd()) << headers;
  }
}

TEST(ServerLimits, TheBodyOfAGetIsNotTheNextRequest) {
  RunningServer running;
  RawClient client(running.port);
  const std::string inner = "GET /hello HTTP/1.1\r\n\r\n";
  ASSERT_TRUE(client.Send(
      fmt::format("GET /hello HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", inner.size(), inner)));
  const auto answer = client.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 400);
  EXPECT_TRUE(client.IsAtEnd());
}

TEST(ServerLimits, GarbageIsABadRequestAndTheEndOfItsConnection) {
  RunningServer running;
  for (const char* garbage :
       {"\x16\x03\x01\x02\r\n\r\n", "BREW /pot HTTP/1.1\r\n\r\n", "GET\r\n\r\n", "\r\n\r\n"}) {
    RawClient client(running.port);
    ASSERT_TRUE(client.Send(garbage));
    const auto answer = client.Receive();
    ASSERT_TRUE(answer.has_value()) << garbage;
    EXPECT_EQ(answer->status, 400) << garbage;
    EXPECT_TRUE(client.IsAtEnd()) << garbage;
  }
  RawClient client(running.port);
  EXPECT_EQ(client.Get("/hello")->status, 200);
}

TEST(ServerLimits, ConnectionsBeyondTheMostAreServedInTheirTurn) {
  ServerLimits limits;
  limits.max_connections = 2;
  RunningServer running(limits);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<RawClient>(running.port));
    ASSERT_TRUE(clients.back()->Send("GET /gate HTTP/1.1\r\n\r\n"));
  }
  running.WaitUntilSomebodyIsAtTheGate();
  running.OpenGate();
  for (auto& client : clients) {
    const auto answer = client->Receive();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200);
    client.reset();
  }
}

TEST(ServerLimits, AClientThatLeavesCostsOnlyItself) {
  RunningServer running;
  for (int i = 0; i < 20; ++i) {
    RawClient client(running.port);
    ASSERT_TRUE(client.Send("GET /big HTTP/1.1\r\n\r\n"));
  }
  RawClient client(running.port);
  EXPECT_EQ(client.Get("/hello")->status, 200);
}

}  // namespace
}  // namespace twelve

#include "factors/07_port_binding/parts/http_server.h"

#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/running_server.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HttpServer, AnswersManyRequestsOnOneConnection) {
  RunningServer running;
  RawClient client(running.port);
  for (int i = 0; i < 200; ++i) {
    const auto answer = client.Get("/hello");
    ASSERT_TRUE(answer.has_value()) << "request " << i;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "\"hello\"");
    EXPECT_EQ(answer->headers.at("connection"), "keep-alive");
    EXPECT_EQ(answer->headers.at("x-release-id"), "v7");
  }
  EXPECT_EQ(running.TakeRecords().size(), 200u);
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  RunningServer running;
  RawClient client(running.port);
  ASSERT_TRUE(client.Send(
      "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfirst"
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecond"));
  EXPECT_EQ(client.Receive()->body, "\"hello\"");
  EXPECT_EQ(client.Receive()->body, "first");
  const auto last = client.Receive();
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->body, "second");
  EXPECT_EQ(last->headers.at("connection"), "close");
  EXPECT_TRUE(client.IsAtEnd());
}

TEST(HttpServer, ServesRequestsThatComeInPieces) {
  RunningServer running;
  RawClient client(running.port);
  for (const char* piece :
       {"PO", "ST /echo HT", "TP/1.1\r\nContent-Le", "ngth: 4\r\n", "\r\n", "ab", "cd"}) {
    ASSERT_TRUE(client.Send(piece));
  }
  EXPECT_EQ(client.Receive()->body, "abcd");
}

TEST(HttpServer, ReadsChunkedBodiesAndPostsWithoutBody) {
  RunningServer running;
  RawClient client(running.port);
  ASSERT_TRUE(client.Send(
      "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  EXPECT_EQ(client.Receive()->body, "abcde");
  ASSERT_TRUE(client.Send("POST /echo HTTP/1.1\r\n\r\n"));
  EXPECT_EQ(client.Receive()->status, 200);
}

TEST(HttpServer, AsksForTheBodyThatAClientHoldsBack) {
  RunningServer running;
  RawClient client(running.port);
  ASSERT_TRUE(
      client.Send("POST /echo HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.Receive()->status, 100);
  ASSERT_TRUE(client.Send("ab"));
  EXPECT_EQ(client.Receive()->body, "ab");
}

TEST(HttpServer, AnswersHeadWithoutABodyAnd204WithoutALength) {
  RunningServer running;
  RawClient client(running.port);
  ASSERT_TRUE(client.Send("HEAD /hello HTTP/1.1\r\n\r\n"));
  const auto head = client.Receive(true);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->headers.at("content-length"), "7");
  const auto empty = client.Get("/empty");
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(empty->status, 204);
  EXPECT_EQ(empty->headers.count("content-length"), 0u);
  EXPECT_EQ(client.Get("/hello")->body, "\"hello\"");
}

TEST(HttpServer, SendsAnswersThatDoNotFitIntoASocket) {
  RunningServer running;
  RawClient client(running.port);
  EXPECT_EQ(client.Get("/big")->body.size(), 3'000'000u);
}

TEST(HttpServer, DecodesTheQuery) {
  RunningServer running;
  RawClient client(running.port);
  EXPECT_EQ(client.Get("/query?q=a%20b&x=1")->body, "a b");
}

TEST(HttpServer, TellsWrongPathsFromWrongMethods) {
  RunningServer running;
  RawClient client(running.port);
  EXPECT_EQ(client.Get("/nowhere")->status, 404);
  ASSERT_TRUE(client.Send("DELETE /hello HTTP/1.1\r\n\r\n"));
  const auto answer = client.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 405);
  EXPECT_EQ(answer->headers.at("allow"), "GET");
}

TEST(HttpServer, KeepsWhatAHandlerThrewFromTheClient) {
  RunningServer running;
  RawClient client(running.port);
  const auto answer = client.Get("/throw");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 500);
  for (const auto& [name, value] : answer->headers) EXPECT_THAT(value, Not(HasSubstr("hunter2")));
  EXPECT_THAT(answer->body, Not(HasSubstr("hunter2")));
  EXPECT_EQ(client.Get("/hello")->status, 200);
  const std::vector<RequestRecord> records = running.TakeRecords();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].error, "db password=hunter2");
  EXPECT_EQ(records[1].error, "");
}

TEST(HttpServer, TakesOverRequestIdAndTrace) {
  RunningServer running;
  RawClient client(running.port);
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const auto answer = client.Get(
      "/hello", "X-Request-Id: r-1\r\ntraceparent: 00-" + trace + "-b7ad6b7169203331-00\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->headers.at("x-request-id"), "r-1");
  EXPECT_THAT(answer->headers.at("traceparent"), ::testing::StartsWith("00-" + trace + "-"));
  EXPECT_THAT(answer->headers.at("traceparent"), Not(HasSubstr("b7ad6b7169203331")));
  const std::vector<RequestRecord> records = running.TakeRecords();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].request_id, "r-1");
  EXPECT_EQ(records[0].trace_id, trace);
  EXPECT_EQ(records[0].route, "/hello");
  EXPECT_EQ(records[0].status, 200);
}

TEST(HttpServer, ServesManyConnectionsWhileOthersAreIdle) {
  RunningServer running;
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 50; ++i) idle.push_back(std::make_unique<RawClient>(running.port));
  RawClient client(running.port);
  EXPECT_EQ(client.Get("/hello")->status, 200);
  for (auto& other : idle) EXPECT_EQ(other->Get("/hello")->status, 200);
}

TEST(HttpServer, GivesItsSocketsToNoChild) {
  RunningServer running;
  RawClient client(running.port);
  ASSERT_EQ(client.Get("/hello")->status, 200);
  DIR* const directory = ::opendir("/proc/self/fd");
  ASSERT_NE(directory, nullptr);
  int sockets = 0;
  while (const dirent* entry = ::readdir(directory)) {
    const int fd = std::atoi(entry->d_name);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    if (address.ss_family != AF_INET) continue;
    ++sockets;
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0) << "descriptor " << fd;
  }
  ::closedir(directory);
  EXPECT_EQ(sockets, 3);  // the listener and both ends of the connection
}

/// Calls `see` with each IPv4 socket of this process.
void ForEachSocket(const std::function<void(int fd, const sockaddr_in& own)>& see) {
  for (int fd = 0; fd < 4096; ++fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    if (address.sin_family == AF_INET) see(fd, address);
  }
}

TEST(HttpServer, HoldsNoAnswerBackUntilTheOneBeforeIsAcknowledged) {
  RunningServer running;
  RawClient client(running.port);
  ASSERT_EQ(client.Get("/hello")->status, 200);
  int connections = 0;
  ForEachSocket([&](int fd, const sockaddr_in& own) {
    int listens = 0, at_once = 0;
    socklen_t size = sizeof listens;
    ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
    if (ntohs(own.sin_port) != running.port || listens != 0) return;
    ++connections;
    ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, &size);
    EXPECT_EQ(at_once, 1);
  });
  EXPECT_EQ(connections, 1);
}

TEST(HttpProtocol, SendsAnAnswerInOnePiece) {
  int ends[2];  // keeps the borders of each send
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
  const UniqueFd client(ends[0]), server(ends[1]);
  SystemClock clock;
  const HttpProtocol protocol(
      {},
      {{"GET", "/hello",
        [](const HttpRequest&) {
          return HttpResponse{200, "hello"};
        }}},
      [] { return false; }, clock);
  ConnectionStream stream(server.get(), std::chrono::seconds(20), clock);
  const std::string request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_EQ(::send(client.get(), request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  EXPECT_TRUE(protocol.ServeOne(stream).answered);
  char answer[4096];
  const ssize_t got = ::recv(client.get(), answer, sizeof answer, MSG_DONTWAIT);
  ASSERT_GT(got, 0);
  EXPECT_TRUE(std::string(answer, static_cast<std::size_t>(got)).ends_with("\r\n\r\nhello"));
  EXPECT_EQ(::recv(client.get(), answer, sizeof answer, MSG_DONTWAIT), -1);
}

TEST(HttpServer, ClosesWhenTheClientAsksInWhateverSpelling) {
  for (const char* request :
       {"GET /hello HTTP/1.1\r\nConnection: Close\r\n\r\n",
        "GET /hello HTTP/1.1\r\nConnection: CLOSE\r\n\r\n", "GET /hello HTTP/1.0\r\n\r\n"}) {
    RunningServer running;
    RawClient client(running.port);
    ASSERT_TRUE(client.Send(request));
    EXPECT_EQ(client.Receive()->headers.at("connection"), "close") << request;
    EXPECT_TRUE(client.IsAtEnd()) << request;
  }
}

TEST(HttpServer, GoesOnAcceptingAfterItHasRunOutOfDescriptors) {
  RunningServer running;
  RawClient client(running.port, RawClient::kConnectLater);
  std::vector<UniqueFd> all;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{std::min<rlim_t>(before.rlim_cur, 256), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  for (;;) {
    UniqueFd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!one.valid()) break;
    all.push_back(std::move(one));
  }
  client.Connect();
  ASSERT_TRUE(client.connected());
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\n\r\n"));
  ::usleep(50'000);  // so that it has tried, and failed
  all.clear();
  ::setrlimit(RLIMIT_NOFILE, &before);
  const auto answer = client.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
}

TEST(HttpServer, WhileDrainingAnswersAndAsksToClose) {
  RunningServer running;
  RawClient client(running.port);
  ASSERT_EQ(client.Get("/hello")->headers.at("connection"), "keep-alive");
  running.drain.Begin();
  const auto answer = client.Get("/hello");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(client.IsAtEnd());
  RawClient late(running.port);
  EXPECT_EQ(late.Get("/hello")->status, 200);
}

TEST(HttpServer, StopAcceptingLetsRequestsInFlightFinish) {
  RunningServer running;
  RawClient idle(running.port);
  ASSERT_EQ(idle.Get("/hello")->status, 200);
  RawClient busy(running.port);
  ASSERT_TRUE(busy.Send("GET /gate HTTP/1.1\r\n\r\n"));
  running.WaitUntilSomebodyIsAtTheGate();

  running.server->StopAccepting();
  EXPECT_TRUE(idle.IsAtEnd());
  EXPECT_FALSE(RawClient(running.port).connected());
  EXPECT_GE(running.server->Open(), 1);

  running.OpenGate();
  const auto answer = busy.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "\"through\"");
  EXPECT_EQ(answer->headers.at("connection"), "close");
  EXPECT_TRUE(busy.IsAtEnd());
  while (running.server->Open() > 0) {
    pollfd change{running.server->change_fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&change, 1, 20'000), 1);
    std::uint64_t count = 0;
    ASSERT_EQ(::read(change.fd, &count, sizeof count), static_cast<ssize_t>(sizeof count));
  }
  EXPECT_FALSE(running.server->Ended());
}

TEST(HttpServer, StopAcceptingServesWhoeverHadConnectedAndAsked) {
  for (int round = 0; round < 20; ++round) {
    RunningServer running;
    RawClient client(running.port);
    ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\n\r\n"));
    running.server->StopAccepting();
    const auto answer = client.Receive();
    ASSERT_TRUE(answer.has_value()) << "round " << round;
    EXPECT_EQ(answer->status, 200);
  }
}

TEST(HttpServer, WithoutAListenerHasEnded) {
  DrainState drain;
  SystemClock clock;
  HttpServer server(
      {}, {}, [](const RequestRecord&) {}, drain, clock);
  EXPECT_FALSE(server.Ended());
  server.Start(UniqueFd());
  EXPECT_TRUE(server.Ended());
  pollfd change{server.change_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&change, 1, 0), 1);
}

}  // namespace
}  // namespace twelve

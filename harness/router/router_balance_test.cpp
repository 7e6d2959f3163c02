#include "tests/support/router_fixture.h"

namespace twelve {
namespace {

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

ScriptedServer::Script Named(const std::string& name) {
  return [name](const std::string&) { return ScriptedReply{.bytes = HttpReply(200, name)}; };
}

std::string BodyOf(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

TEST_F(RouterTest, SpreadsRequestsOverAll) {
  ScriptedServer a(Named("a")), b(Named("b")), c(Named("c"));
  for (const ScriptedServer* server : {&a, &b, &c}) AddServer(*server);
  plan_.probe_readiness = true;
  Start();
  WaitUntilReady(3);
  std::map<std::string, int> served;
  TcpPeer client = Client();
  for (int i = 0; i < 30; ++i) {
    client.Send(kGet);
    ++served[BodyOf(ReadAnswer(client))];
  }
  EXPECT_EQ(served, (std::map<std::string, int>{{"a", 10}, {"b", 10}, {"c", 10}}));
}

TEST_F(RouterTest, LeastConnectionsSparesTheBusyOne) {
  plan_.policy = RouterPolicy::kLeastConnections;
  AddProcess();
  AddProcess();
  Start();
  TcpPeer slow = Client();
  slow.Send(kGet);
  TcpPeer first = Accept(0);
  ReadHead(first);  // and does not answer
  for (int i = 0; i < 3; ++i) {
    TcpPeer client = Client();
    client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    TcpPeer second = Accept(1);
    ReadHead(second);
    second.Send(HttpReply(200, "b", "Connection: close\r\n"));
    EXPECT_EQ(BodyOf(client.ReceiveAll()), "b");
  }
}

TEST_F(RouterTest, ACookieKeepsAClientWhereItWas) {
  ScriptedServer a(Named("a")), b(Named("b"));
  for (const ScriptedServer* server : {&a, &b}) AddServer(*server);
  plan_.sticky = true;
  Start();
  const std::string first = Get("/");
  const std::string cookie =
      std::string(Router::kStickyCookie) + "=" + (BodyOf(first) == "a" ? "web.1" : "web.2");
  EXPECT_THAT(first, HasSubstr("Set-Cookie: " + cookie));
  for (int i = 0; i < 5; ++i) {
    const std::string again = Get("/", "Cookie: x=y; " + cookie + "\r\n");
    EXPECT_EQ(BodyOf(again), BodyOf(first));
    EXPECT_THAT(again, testing::Not(HasSubstr("Set-Cookie")));
  }
  // Its process is gone: the session moves, and so does the cookie.
  ASSERT_TRUE(router_->Drain(BodyOf(first) == "a" ? "web.1" : "web.2", true).ok());
  const std::string moved = Get("/", "Cookie: " + cookie + "\r\n");
  EXPECT_NE(BodyOf(moved), BodyOf(first));
  EXPECT_THAT(moved, HasSubstr("Set-Cookie: "));
}

TEST_F(RouterTest, ARefusedConnectionIsTriedElsewhereWhateverTheMethod) {
  ScriptedServer alive(Named("alive"));
  const PortLease gone = PortPool(sockets_).Lease().value();
  plan_.targets = {{"web.1", gone.port()}, {"web.2", alive.port()}};
  Start();
  for (int i = 0; i < 4; ++i) {
    TcpPeer client = Client();
    client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    EXPECT_EQ(BodyOf(ReadAnswer(client)), "alive");
  }
  const auto snapshot = router_->Snapshot();
  EXPECT_EQ(snapshot->answered, 4u);
  EXPECT_EQ(snapshot->retried, snapshot->targets[0].refused);
  EXPECT_GE(snapshot->retried, 1u);
  EXPECT_EQ(snapshot->failed, 0u);
}

TEST_F(RouterTest, NobodyElseToTryIsABadGateway) {
  const PortLease gone = PortPool(sockets_).Lease().value();
  plan_.targets = {{"web.1", gone.port()}};
  Start();
  const std::string answer = Get("/");
  EXPECT_EQ(StatusOf(answer), 502);
  EXPECT_THAT(answer, HasSubstr("web.1 refused the connection"));
}

/// A kept connection that the process ends as the next request comes.
class RouterKeepAliveRaceTest : public RouterTest {
 protected:
  /// Brings a second request to a process whose connection then dies without an answer.
  void Race(const std::string& request) {
    AddProcess();
    Start();
    client_ = Client();
    client_.Send(kGet);
    TcpPeer process = Accept();
    ReadHead(process);
    process.Send(HttpReply(200, "first"));
    ReadAnswer(client_);
    client_.Send(request);
    ReadHead(process);
    process.Reset();
  }
  void ExpectASecondTry() {
    TcpPeer again = Accept();
    ReadHead(again);
    again.Send(HttpReply(200, "second"));
    EXPECT_EQ(BodyOf(ReadAnswer(client_)), "second");
    EXPECT_EQ(router_->Snapshot()->retried, 1u);
  }

  TcpPeer client_;
};

TEST_F(RouterKeepAliveRaceTest, IsRepairedForWhatMayBeRepeated) {
  Race(kGet);
  ExpectASecondTry();
}

TEST_F(RouterKeepAliveRaceTest, IsRepairedForAPostWithAKey) {
  Race("POST / HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\nContent-Length: 0\r\n\r\n");
  ExpectASecondTry();
}

TEST_F(RouterKeepAliveRaceTest, IsAnErrorForAPlainPost) {
  Race("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  const std::string answer = ReadAnswer(client_);
  EXPECT_EQ(StatusOf(answer), 502);
  EXPECT_THAT(answer, HasSubstr("web.1 reset the connection before it answered"));
  EXPECT_EQ(router_->Snapshot()->retried, 0u);
}

TEST_F(RouterTest, AFreshConnectionThatDiesIsNotTriedAgain) {
  AddProcess();
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send(kGet);
  TcpPeer process = Accept(0);
  ReadHead(process);
  process.Reset();  // the request may be what killed it
  EXPECT_EQ(StatusOf(ReadAnswer(client)), 502);
  EXPECT_EQ(router_->Snapshot()->retried, 0u);
}

TEST_F(RouterTest, AProcessThatIsTakenOutFinishesWhatItHas) {
  AddProcess();
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send(kGet);
  TcpPeer leaving = Accept(0);
  ReadHead(leaving);
  ASSERT_TRUE(router_->SetTargets({plan_.targets[1]}).ok());
  const auto during = router_->Snapshot();
  EXPECT_EQ(during->targets.size(), 2u);
  EXPECT_FALSE(during->targets[0].listed);
  EXPECT_EQ(during->targets[0].in_flight, 1);
  leaving.Send(HttpReply(200, "last"));
  EXPECT_EQ(BodyOf(ReadAnswer(client)), "last");
  leaving.ReceiveAll();  // its connection is not kept
  EXPECT_TRUE(leaving.ended());
  const auto after = WaitFor([](const RouterSnapshot& s) { return s.targets.size() == 1; });
  EXPECT_EQ(after->targets[0].target.name, "web.2");
  client.Send(kGet);
  TcpPeer staying = Accept(1);
  ReadHead(staying);
}

TEST_F(RouterTest, DrainingClosesKeptConnections) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send(kGet);
  TcpPeer process = Accept();
  ReadHead(process);
  process.Send(HttpReply(200, "x"));
  ReadAnswer(client);
  ASSERT_TRUE(router_->Drain("web.1", true).ok());
  process.ReceiveAll();
  EXPECT_TRUE(process.ended());
  client.Send(kGet);
  const std::string answer = ReadAnswer(client);
  EXPECT_EQ(StatusOf(answer), 503);
  EXPECT_THAT(answer, HasSubstr("web.1: it is drained"));
  EXPECT_EQ(router_->Drain("web.7", true).error().code, ErrorCode::kNotFound);
}

TEST_F(RouterTest, ProbesDecideWhoServes) {
  std::atomic<bool> ready = true;
  ScriptedServer moody([&](const std::string& request) {
    const bool answers = !request.ends_with("/ready") || ready;
    return ScriptedReply{.bytes = HttpReply(answers ? 200 : 503, "moody")};
  });
  ScriptedServer steady(Named("steady"));
  AddServer(moody);
  AddServer(steady);
  plan_.probe_readiness = true;
  plan_.probe_period = milliseconds(10);
  Start();
  WaitUntilReady(2);
  ready = false;
  WaitUntilReady(1);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(BodyOf(Get("/")), "steady");
  ready = true;
  WaitUntilReady(2);
  const auto snapshot = router_->Snapshot();
  std::vector<std::string> texts;
  for (const RouterEvent& event : snapshot->events) texts.push_back(event.text);
  EXPECT_THAT(texts,
              testing::IsSupersetOf({"web.1 is ready", "web.2 is ready",
                                     "web.1 gets no more requests: it says that it is not ready"}));
}

}  // namespace
}  // namespace twelve

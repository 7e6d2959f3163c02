#include "tests/support/router_fixture.h"

namespace twelve {
namespace {

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

std::string Ok(std::string_view body) {
  return HttpReply(200, body);
}

TEST_F(RouterTest, KeepsConnectionsOnBothSides) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send(kGet);
  TcpPeer process = Accept();
  for (int i = 0; i < 5; ++i) {
    if (i > 0) client.Send(kGet);
    EXPECT_THAT(ReadHead(process), HasSubstr("X-Forwarded-For: 127.0.0.1\r\n"));
    process.Send(Ok(std::to_string(i)));
    EXPECT_THAT(ReadAnswer(client), testing::EndsWith("\r\n\r\n" + std::to_string(i)));
  }
  const auto snapshot =
      WaitFor([](const RouterSnapshot& s) { return s.answered == 5 && s.in_flight == 0; });
  EXPECT_EQ(snapshot->clients, 1u);
  EXPECT_EQ(snapshot->targets[0].answers[2], 5u);
  EXPECT_EQ(snapshot->targets[0].kept, 1);
  EXPECT_EQ(snapshot->targets[0].latency.count, 5u);
}

TEST_F(RouterTest, AnswersPipelinedRequestsInOrder) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  TcpPeer process = Accept();
  for (const char* path : {"/1", "/2"}) {
    EXPECT_TRUE(ReadHead(process).starts_with(std::string("GET ") + path));
    process.Send(Ok(path));
    EXPECT_THAT(ReadAnswer(client), testing::EndsWith(path));
  }
}

TEST_F(RouterTest, ClosesWhenTheClientAsksForIt) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  TcpPeer process = Accept();
  EXPECT_THAT(ReadHead(process), testing::Not(HasSubstr("Connection")));
  process.Send(Ok("x"));
  EXPECT_THAT(client.ReceiveAll(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client.ended());
}

TEST_F(RouterTest, ServesClientsOfHttp10) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  TcpPeer process = Accept();
  ReadHead(process);
  process.Send(Ok("kept"));
  EXPECT_THAT(ReadAnswer(client), HasSubstr("Connection: keep-alive\r\n"));
  client.Send("GET / HTTP/1.0\r\n\r\n");
  ReadHead(process);
  process.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  const std::string answer = client.ReceiveAll();
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nabc"));
  EXPECT_THAT(answer, testing::Not(HasSubstr("chunked")));
}

TEST_F(RouterTest, SaysByResetThatAnAnswerWasCut) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send(kGet);
  TcpPeer process = Accept();
  ReadHead(process);
  process.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_THAT(ReadHead(client), HasSubstr("200"));
  process.Close();
  client.ReceiveAll();
  EXPECT_EQ(client.problem(), ECONNRESET);
  const auto snapshot = WaitFor([](const RouterSnapshot& s) { return s.failed == 1; });
  EXPECT_EQ(snapshot->targets[0].broken, 1u);
}

TEST_F(RouterTest, KnowsWhichAnswersHaveNoBody) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  TcpPeer process = Accept();
  ReadHead(process);
  process.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
  EXPECT_THAT(ReadHead(client), HasSubstr("Content-Length: 10"));
  for (const int status : {204, 304}) {
    client.Send(kGet);
    ReadHead(process);
    process.Send("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 10\r\n\r\n");
    EXPECT_EQ(StatusOf(ReadHead(client)), status);
  }
  client.Send(kGet);  // nothing is left over on either side
  ReadHead(process);
  process.Send(Ok("next"));
  EXPECT_THAT(ReadAnswer(client), testing::EndsWith("next"));
}

TEST_F(RouterTest, PassesOnTheInterimAnswerThatAClientWaitsFor) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  TcpPeer process = Accept();
  EXPECT_THAT(ReadHead(process), HasSubstr("Expect: 100-continue"));
  process.Send("HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(StatusOf(ReadHead(client)), 100);
  client.Send("body");
  EXPECT_EQ(process.Receive(4), "body");
  process.Send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Ok("done"));
  const std::string answer = ReadAnswer(client);
  EXPECT_EQ(StatusOf(answer), 200);  // hints are not passed on
  EXPECT_THAT(answer, testing::EndsWith("done"));
}

TEST_F(RouterTest, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  AddProcess();
  Start();
  const std::pair<std::string, int> cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 501},
      {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
      {"GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(40'000, 'x'), 431},
  };
  for (const auto& [request, status] : cases) {
    SCOPED_TRACE(request.substr(0, 60));
    TcpPeer client = Client();
    client.Send(request);
    const std::string answer = client.ReceiveAll();
    EXPECT_EQ(StatusOf(answer), status);
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(client.ended());
  }
  EXPECT_EQ(router_->Snapshot()->requests, 0u);
}

TEST_F(RouterTest, ChunksThatBreakTheRulesGoNoFurther) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello");
  EXPECT_EQ(StatusOf(client.ReceiveAll()), 400);
  WaitFor([](const RouterSnapshot& s) { return s.abandoned == 1; });
}

TEST_F(RouterTest, AnswersBadGatewayForWhatIsNoAnswer) {
  for (const std::string& reply :
       {std::string("nonsense\r\n\r\n"), std::string("HTTP/1.1 101 Switch\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nA: " + std::string(40'000, 'x'), std::string("HTTP/1.1 20")}) {
    plan_.targets.clear();
    listeners_.clear();
    AddProcess();
    Start();
    TcpPeer client = Client();
    client.Send(kGet);
    TcpPeer process = Accept();
    ReadHead(process);
    process.Send(reply);
    process.ShutdownWrite();
    const std::string answer = ReadAnswer(client);
    EXPECT_EQ(StatusOf(answer), 502) << reply.substr(0, 40);
    EXPECT_THAT(answer, HasSubstr("web.1"));
  }
}

TEST_F(RouterTest, GivesUpASlowHead) {
  plan_.head_timeout = milliseconds(150);
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("GET / HT");
  EXPECT_EQ(StatusOf(client.ReceiveAll()), 408);
}

TEST_F(RouterTest, GivesUpAProcessThatDoesNotAnswer) {
  plan_.answer_timeout = milliseconds(150);
  AddProcess();
  Start();
  const std::string answer = Get("/");
  EXPECT_EQ(StatusOf(answer), 504);
  EXPECT_THAT(answer, HasSubstr("web.1 did not answer in time"));
}

TEST_F(RouterTest, GivesUpAClientThatDoesNotSendItsBody) {
  plan_.answer_timeout = milliseconds(150);
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhal");
  EXPECT_EQ(StatusOf(client.ReceiveAll()), 408);
  WaitFor([](const RouterSnapshot& s) { return s.abandoned == 1; });
}

TEST_F(RouterTest, KeepsTheIdOfARequestOrGivesIt) {
  AddProcess();
  Start();
  TcpPeer client = Client();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n");
  TcpPeer process = Accept();
  EXPECT_THAT(ReadHead(process), HasSubstr("X-Request-Id: mine\r\n"));
  process.Send(Ok("x"));
  const std::string first = ReadAnswer(client);
  EXPECT_THAT(first, HasSubstr("X-Request-Id: mine\r\n"));
  EXPECT_THAT(first, HasSubstr("X-Served-By: web.1\r\n"));
  client.Send(kGet);
  const std::string head = ReadHead(process);
  const std::string id = head.substr(head.find("X-Request-Id: "), 14 + 16 + 2);
  process.Send(Ok("x"));
  EXPECT_THAT(ReadAnswer(client), HasSubstr(id));
}

TEST_F(RouterTest, SaysWhyNobodyAnswers) {
  plan_.probe_readiness = true;
  Start();
  const std::string none = Get("/");
  EXPECT_EQ(StatusOf(none), 503);
  EXPECT_THAT(none, HasSubstr("there is none"));
  ScriptedServer lazy(
      [](const std::string&) { return ScriptedReply{.bytes = HttpReply(503, "")}; });
  ASSERT_TRUE(router_->SetTargets({{"web.1", lazy.port()}}).ok());
  WaitFor(
      [](const RouterSnapshot& s) { return s.targets[0].why == "it says that it is not ready"; });
  const std::string answer = Get("/");
  EXPECT_EQ(StatusOf(answer), 503);
  EXPECT_THAT(answer, HasSubstr("web.1: it says that it is not ready"));
  EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_EQ(router_->Snapshot()->no_target, 2u);
}

TEST_F(RouterTest, RefusesPlansThatMakeNoSense) {
  const auto problem = [](const RouterPlan& plan) {
    const Status valid = Validate(plan);
    return valid.ok() ? std::string() : valid.error().message;
  };
  plan_.targets = {{"web.1", 8000}};
  EXPECT_EQ(problem(plan_), "");
  for (const auto& [name, port] :
       {std::pair("", 1), std::pair("a b", 1), std::pair("a;b", 1), std::pair("web.2", 0)}) {
    RouterPlan plan = plan_;
    plan.targets.push_back({name, static_cast<std::uint16_t>(port)});
    EXPECT_NE(problem(plan), "") << name;
  }
  RouterPlan plan = plan_;
  plan.targets.push_back(plan.targets[0]);
  EXPECT_NE(problem(plan), "");
  plan = plan_;
  plan.targets[0].address = "10.0.0.1";
  EXPECT_NE(problem(plan), "");
  plan.allow_external = true;
  EXPECT_EQ(problem(plan), "");
  plan = plan_;
  plan.listen.address = "0.0.0.0";
  EXPECT_NE(problem(plan), "");
  plan = plan_;
  plan.fall = 0;
  EXPECT_NE(problem(plan), "");
  plan = plan_;
  plan.ready_path = "ready";
  EXPECT_NE(problem(plan), "");
}

}  // namespace
}  // namespace twelve

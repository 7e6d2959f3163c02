#include "tests/support/load_generator_fixture.h"

namespace twelve {
namespace {

TEST_F(LoadGeneratorTest, TheOpenLoopSendsExactlyWhatWasPlanned) {
  ScriptedServer server(Ok);
  const auto end = RunToEnd(PlanFor({&server}));
  EXPECT_EQ(end->planned, 100u);
  EXPECT_EQ(end->done, 100u);
  EXPECT_EQ(end->sent, 100u);
  EXPECT_EQ(server.requests(), 100u);
  EXPECT_EQ(end->requests.size(), 100u);
  EXPECT_EQ(end->response.count, 100u);
  for (std::size_t i = 0; i < end->requests.size(); ++i) {
    EXPECT_EQ(end->requests[i].status, 200);
  }
  EXPECT_TRUE(end->requests.back().reused);
}

TEST_F(LoadGeneratorTest, PlannedMomentsDoNotDependOnTheService) {
  ScriptedServer slow([](const std::string&) {
    return ScriptedReply{.bytes = HttpReply(200, "late"), .delay = milliseconds(50)};
  });
  LoadPlan plan = PlanFor({&slow});
  plan.connections = 4;
  const auto end = RunToEnd(plan);
  EXPECT_EQ(end->done, 100u);
  EXPECT_GT(end->waited, 0u);
  std::vector<TimePoint> intended;
  for (const RequestRecord& record : end->requests) intended.push_back(record.intended);
  std::sort(intended.begin(), intended.end());
  for (std::size_t i = 1; i < intended.size(); ++i) {
    EXPECT_EQ(intended[i] - intended[0], milliseconds(5) * static_cast<int>(i));
  }
  EXPECT_GE(end->response.p50, 50'000 * 0.99);  // nothing answers earlier than the service does
  EXPECT_GT(end->response.p99, end->service.p99);
}

TEST_F(LoadGeneratorTest, PoissonHoldsTheRateOnTheWhole) {
  ScriptedServer server(Ok);
  LoadPlan plan = PlanFor({&server});
  plan.loop = LoadPlan::Loop::kOpenPoisson;
  plan.rate_per_second = 2000;
  const auto end = RunToEnd(plan);
  EXPECT_NEAR(static_cast<double>(end->planned), 1000, 150);  // five standard deviations
  EXPECT_EQ(end->done, end->planned);
}

TEST_F(LoadGeneratorTest, TheClosedLoopKeepsItsConnectionsBusy) {
  ScriptedServer server([](const std::string&) {
    return ScriptedReply{.bytes = HttpReply(200, "x"), .delay = milliseconds(2)};
  });
  LoadPlan plan = PlanFor({&server});
  plan.loop = LoadPlan::Loop::kClosed;
  plan.connections = 8;
  plan.max_requests = 400;
  plan.duration = seconds(25);
  const auto generator = Start(plan);
  WaitFor(*generator, [](const LoadSnapshot& s) { return s.in_flight == 8 || s.over; });
  const auto end = WaitFor(*generator, [](const LoadSnapshot& s) { return s.over; });
  EXPECT_EQ(end->done, 400u);
  EXPECT_EQ(server.connections(), 8u);
}

TEST_F(LoadGeneratorTest, ReadsEveryFraming) {
  const std::pair<std::string, std::string> cases[] = {
      {"length", HttpReply(200, std::string(200'000, 'x'))},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
      {"close", HttpReply(200, "x", "Connection: close\r\n")},
      {"end", "HTTP/1.1 200 OK\r\n\r\nuntil the end"},
      {"old", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"},
  };
  for (const auto& [name, bytes] : cases) {
    SCOPED_TRACE(name);
    const bool kept = name == "length" || name == "chunks";
    ScriptedServer server([&, reply = bytes](const std::string&) {
      return ScriptedReply{.bytes = reply, .then = kept ? Then::kKeep : Then::kClose};
    });
    LoadPlan plan = PlanFor({&server});
    plan.connections = 1;
    plan.max_requests = 20;
    const auto end = RunToEnd(plan);
    EXPECT_EQ(end->done, 20u);
    EXPECT_EQ(server.connections(), kept ? 1u : 20u);
    EXPECT_EQ(end->requests.back().reused, kept);
  }
}

TEST_F(LoadGeneratorTest, SortsEndingsIntoTheirClasses) {
  struct Case {
    ScriptedReply reply;
    Outcome outcome;
    int status;
  };
  const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
  const Case cases[] = {
      {{.bytes = HttpReply(302, "")}, Outcome::kOk, 302},
      {{.bytes = HttpReply(404, "no")}, Outcome::kClientError, 404},
      {{.bytes = HttpReply(503, "no")}, Outcome::kServerError, 503},
      {{.bytes = "nonsense\r\n\r\n"}, Outcome::kServerError, 0},
      {{.bytes = half, .then = Then::kClose}, Outcome::kCut, 200},
      {{.bytes = "", .then = Then::kClose}, Outcome::kCut, 0},
      {{.bytes = half, .then = Then::kReset}, Outcome::kReset, 200},
      {{.bytes = half}, Outcome::kTimeout, 200},
      {{.bytes = half, .drip = 1, .drip_gap = seconds(1)}, Outcome::kTimeout, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(ToString(c.outcome)) + " " + std::to_string(c.status));
    ScriptedServer server([&](const std::string&) { return c.reply; });
    LoadPlan plan = PlanFor({&server});
    plan.max_requests = 5;
    plan.timeout = c.outcome == Outcome::kTimeout ? milliseconds(150) : milliseconds(20'000);
    const auto end = RunToEnd(plan);
    EXPECT_EQ(Count(*end, c.outcome), 5u);
    EXPECT_EQ(end->requests.back().status, c.status);
    EXPECT_EQ(end->response.count, 5u);
    if (c.outcome == Outcome::kTimeout) {
      EXPECT_GE(end->response.p50, 150'000 * 0.99);
    }
  }
}

TEST_F(LoadGeneratorTest, RefusalsAreFailuresAndNoLatencies) {
  const PortLease lease = LeasePort();
  LoadPlan plan = PlanFor({});
  plan.targets = {{"web.1", lease.port()}};
  plan.max_requests = 10;
  const auto open = RunToEnd(plan);
  EXPECT_EQ(Count(*open, Outcome::kRefused), 10u);
  EXPECT_EQ(open->response.count, 0u);

  plan.loop = LoadPlan::Loop::kClosed;
  plan.max_requests = 1'000'000;
  plan.duration = milliseconds(300);
  plan.connections = 2;
  const auto closed = RunToEnd(plan);
  EXPECT_EQ(Count(*closed, Outcome::kRefused), closed->planned);
  EXPECT_LE(closed->planned, 62u);  // comes back after 10 ms and does not spin
}

TEST_F(LoadGeneratorTest, AFullBacklogIsAConnectTimeout) {
  const auto listener = sockets_.Listen("127.0.0.1", 0, 0);
  ASSERT_TRUE(listener.ok());
  const std::uint16_t port = sockets_.LocalPort(listener.value().get());
  std::vector<UniqueFd> fillers;  // the kernel accepts one or two, then drops
  for (int i = 0; i < 4; ++i) fillers.push_back(sockets_.Connect("127.0.0.1", port).value());
  LoadPlan plan = PlanFor({});
  plan.targets = {{"web.1", port}};
  plan.max_requests = 3;
  plan.timeout = milliseconds(200);
  const auto end = RunToEnd(plan);
  EXPECT_EQ(Count(*end, Outcome::kConnectTimeout), 3u);
}

TEST_F(LoadGeneratorTest, WhatTheGeneratorCouldNotSendIsSaid) {
  ScriptedServer silent([](const std::string&) { return ScriptedReply{.bytes = "HTTP/1.1 "}; });
  LoadPlan plan = PlanFor({&silent});
  plan.connections = 1;
  plan.timeout = milliseconds(100);
  const auto end = RunToEnd(plan);
  EXPECT_EQ(end->planned, 100u);
  EXPECT_GT(Count(*end, Outcome::kNotSent), 0u);
  EXPECT_GT(Count(*end, Outcome::kTimeout), 0u);
  EXPECT_TRUE(end->saturated);
}

TEST_F(LoadGeneratorTest, WaitingForASlowServiceIsNoSaturation) {
  ScriptedServer server([](const std::string&) {
    return ScriptedReply{.bytes = HttpReply(200, "x"), .delay = milliseconds(20)};
  });
  LoadPlan plan = PlanFor({&server});
  plan.connections = 1;
  plan.max_requests = 50;
  const auto end = RunToEnd(plan);
  EXPECT_EQ(end->done, 50u);
  EXPECT_GT(end->waited, 40u);
  EXPECT_LT(end->lag.p50, end->response.p50 / 10);
}

}  // namespace
}  // namespace twelve

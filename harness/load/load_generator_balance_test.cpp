#include "tests/support/load_generator_fixture.h"

namespace twelve {
namespace {

TEST_F(LoadGeneratorTest, BalancesOverReadyTargetsOnly) {
  std::atomic<bool> second_ready = true;
  const auto script = [&](const std::string& request) {
    return ScriptedReply{.bytes =
                             HttpReply(request == "GET /ready" && !second_ready ? 503 : 200, "x")};
  };
  ScriptedServer one(Ok), two(script);
  LoadPlan plan = PlanFor({&one, &two});
  plan.probe_readiness = true;
  plan.probe_period = milliseconds(10);
  plan.duration = seconds(60);
  const auto generator = Start(plan);
  WaitFor(*generator,
          [](const LoadSnapshot& s) { return s.targets[0].done >= 10 && s.targets[1].done >= 10; });
  second_ready = false;
  const auto fallen = WaitFor(*generator, [](const LoadSnapshot& s) {
    return !s.targets[1].ready && s.targets[1].in_flight == 0;
  });
  const auto later = WaitFor(*generator, [&](const LoadSnapshot& s) {
    return s.targets[0].done > fallen->targets[0].done + 20;
  });
  EXPECT_EQ(later->targets[1].sent, fallen->targets[1].sent);
  second_ready = true;
  WaitFor(*generator,
          [&](const LoadSnapshot& s) { return s.targets[1].done > fallen->targets[1].done + 10; });
  generator->Finish();
  const auto end = WaitFor(*generator, [](const LoadSnapshot& s) { return s.over; });
  EXPECT_EQ(end->failed, 0u);
}

TEST_F(LoadGeneratorTest, NobodyReadyMeansNoTarget) {
  ScriptedServer server([](const std::string&) { return ScriptedReply{HttpReply(503, "no")}; });
  LoadPlan plan = PlanFor({&server});
  plan.probe_readiness = true;
  const auto end = RunToEnd(plan);
  EXPECT_EQ(Count(*end, Outcome::kNoTarget), 100u);
  EXPECT_EQ(end->sent, 0u);
}

TEST_F(LoadGeneratorTest, ADeadTargetIsTakenOutAndASecondTryFailsNobody) {
  const PortLease lease = LeasePort();
  ScriptedServer one(Ok);
  auto two = std::make_unique<ScriptedServer>(Ok, lease.port());
  LoadPlan plan = PlanFor({&one, two.get()});
  plan.probe_readiness = true;
  plan.retry_elsewhere = true;
  plan.rate_per_second = 1000;
  plan.duration = seconds(60);
  const auto generator = Start(plan);
  WaitFor(*generator, [](const LoadSnapshot& s) { return s.targets[1].done >= 50; });
  two->Die();
  two.reset();
  const auto fallen =
      WaitFor(*generator, [](const LoadSnapshot& s) { return !s.targets[1].ready; });
  WaitFor(*generator, [&](const LoadSnapshot& s) { return s.done > fallen->done + 100; });
  generator->Finish();
  const auto end = WaitFor(*generator, [](const LoadSnapshot& s) { return s.over; });
  EXPECT_EQ(end->failed, 0u);
}

TEST_F(LoadGeneratorTest, SendsAgainOnlyWhatIsSafeAndOnlyWhenAsked) {
  ScriptedServer cutting(
      [](const std::string&) { return ScriptedReply{.bytes = "", .then = Then::kClose}; });
  ScriptedServer good(Ok);
  LoadPlan plan = PlanFor({&cutting, &good});
  plan.max_requests = 20;
  const auto as_seen = RunToEnd(plan);
  EXPECT_EQ(Count(*as_seen, Outcome::kCut), 10u);
  EXPECT_EQ(as_seen->retried, 0u);

  plan.retry_elsewhere = true;
  const auto retried = RunToEnd(plan);
  EXPECT_EQ(retried->failed, 0u);
  EXPECT_EQ(retried->retried, 10u);

  plan.method = "POST";
  plan.body = "order=1";
  const auto unsafe = RunToEnd(plan);
  EXPECT_EQ(Count(*unsafe, Outcome::kCut), 10u);
  EXPECT_EQ(unsafe->retried, 0u);
}

TEST_F(LoadGeneratorTest, AConnectionThatTheServerEndedWhileIdleIsNotUsed) {
  ScriptedServer server(Ok);
  LoadPlan plan = PlanFor({&server});
  plan.rate_per_second = 20;
  plan.duration = seconds(60);
  const auto generator = Start(plan);
  for (std::uint64_t more = 3; more <= 15; more += 3) {
    WaitFor(*generator, [&](const LoadSnapshot& s) { return s.done >= more; });
    server.CloseIdle();
  }
  generator->Finish();
  const auto end = WaitFor(*generator, [](const LoadSnapshot& s) { return s.over; });
  EXPECT_EQ(end->failed, 0u);
  EXPECT_GE(server.connections(), 4u);
}

TEST_F(LoadGeneratorTest, RateAndTargetsChangeWhileItRuns) {
  ScriptedServer one(Ok), two(Ok);
  LoadPlan plan = PlanFor({&one});
  plan.duration = Duration::zero();
  const auto generator = Start(plan);
  WaitFor(*generator, [](const LoadSnapshot& s) { return s.done >= 10; });
  generator->SetTargets({{"web.2", two.port()}});
  const auto moved =
      WaitFor(*generator, [](const LoadSnapshot& s) { return s.targets.size() == 2; });
  EXPECT_FALSE(moved->targets[0].listed);
  WaitFor(*generator, [](const LoadSnapshot& s) { return s.targets[1].done >= 10; });
  generator->SetRate(0);
  const auto still = WaitFor(*generator, [](const LoadSnapshot& s) {
    return s.ticks.size() > 3 && s.ticks.back().done == 0 && s.in_flight == 0;
  });
  generator->SetRate(500);
  WaitFor(*generator, [&](const LoadSnapshot& s) { return s.done > still->done + 100; });
  generator->SetTargets({});
  WaitFor(*generator, [&](const LoadSnapshot& s) { return Count(s, Outcome::kNoTarget) > 5; });
  generator->Finish();
  const auto end = WaitFor(*generator, [](const LoadSnapshot& s) { return s.over; });
  EXPECT_EQ(end->requests.size(), std::min<std::size_t>(end->planned, 8192));
}

TEST_F(LoadGeneratorTest, TheBooksBalanceWhateverTheServiceDoes) {
  std::atomic<int> next = 0;
  const auto script = [&](const std::string&) {
    switch (next++ % 8) {
      case 0:
        return ScriptedReply{.bytes = "HTTP/1.1 200 OK\r\n", .then = Then::kClose};
      case 1:
        return ScriptedReply{.bytes = "", .then = Then::kReset};
      case 2:
        return ScriptedReply{.bytes = HttpReply(500, "x")};
      case 3:
        return ScriptedReply{.bytes = HttpReply(200, "x"), .delay = milliseconds(30)};
      case 4:
        return ScriptedReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"};
      default:
        return ScriptedReply{.bytes = HttpReply(200, "x")};
    }
  };
  ScriptedServer one(script), two(script);
  const PortLease nobody = LeasePort();
  for (const auto loop : {LoadPlan::Loop::kOpenPoisson, LoadPlan::Loop::kClosed}) {
    LoadPlan plan = PlanFor({&one, &two});
    plan.targets.push_back({"web.3", nobody.port()});
    plan.loop = loop;
    plan.rate_per_second = 2000;
    plan.connections = 20;
    plan.timeout = milliseconds(60);
    plan.retry_elsewhere = true;
    plan.duration = seconds(1);
    const auto end = RunToEnd(plan);
    EXPECT_GT(end->done, 0u);
    EXPECT_GT(end->failed, 0u);
    EXPECT_GT(end->retried, 0u);
    EXPECT_EQ(end->in_flight + end->queued, 0);
  }
}

TEST_F(LoadGeneratorTest, TheOpenLoopShowsAStallThatTheClosedLoopHides) {
  ScriptedServer server(Ok);
  const auto run = [&](LoadPlan plan, Duration stall, std::uint64_t until_done) {
    plan.duration = Duration::zero();
    plan.timeout = seconds(60);
    const auto generator = Start(plan);
    WaitFor(*generator, [](const LoadSnapshot& s) { return s.done >= 100; });
    server.Pause();
    std::this_thread::sleep_for(stall);  // it is the stall, no wait for an event
    server.Resume();
    WaitFor(*generator, [&](const LoadSnapshot& s) { return s.done >= until_done; });
    generator->Finish();
    return WaitFor(*generator, [](const LoadSnapshot& s) { return s.over; })->response;
  };
  // The closed loop: as many requests stand still as it has connections, far less than one in a
  // hundred.
  LoadPlan closed = PlanFor({&server});
  closed.loop = LoadPlan::Loop::kClosed;
  closed.connections = 8;
  const double hidden = run(closed, seconds(1), 4'000).p99;
  // A machine that is slow today makes the closed loop's p99 longer, and the stall too.
  LoadPlan open = PlanFor({&server});
  open.connections = 64;
  const Duration stall =
      std::max<Duration>(seconds(1), std::chrono::microseconds(static_cast<int>(hidden * 150)));
  const double shown = run(open, stall, 300).p99;
  EXPECT_GT(shown, 100 * hidden);
}

TEST_F(LoadGeneratorTest, EndingItInTheMiddleLeavesNothingOpen) {
  ScriptedServer server([](const std::string&) { return ScriptedReply{.bytes = "HTTP/1.1 "}; });
  for (int i = 0; i < 20; ++i) {
    LoadPlan plan = PlanFor({&server});
    plan.rate_per_second = 5000;
    plan.probe_readiness = i % 2 == 0;
    const auto generator = Start(plan);
    if (i % 4 == 1) WaitFor(*generator, [](const LoadSnapshot& s) { return s.in_flight > 0; });
  }
}

}  // namespace
}  // namespace twelve

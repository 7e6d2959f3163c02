#include "harness/load/load_generator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <set>
#include <thread>

#include "harness/net/port_pool.h"
#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_socket_host.h"
#include "tests/support/scripted_server.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Then = ScriptedReply::Then;

ScriptedReply Ok(const std::string& request) {
  return {.bytes = HttpReply(200, request)};
}

/// `done` + `failed` + in flight + queued, checked against `planned`, and everything else that must
/// add up in any snapshot.
void ExpectTheBooksBalance(const LoadSnapshot& s) {
  const auto open = static_cast<std::uint64_t>(s.in_flight + s.queued);
  EXPECT_EQ(s.planned, s.done + s.failed + open);
  ASSERT_EQ(s.by_outcome.size(), kOutcomes);
  EXPECT_EQ(std::accumulate(s.by_outcome.begin(), s.by_outcome.end(), std::uint64_t{0}),
            s.done + s.failed);
  EXPECT_EQ(s.by_outcome[0], s.done);
  EXPECT_GE(s.sent, s.done + static_cast<std::uint64_t>(s.in_flight));
  EXPECT_LE(s.requests.size(), 8192u + static_cast<std::size_t>(s.in_flight));
  const auto flying = std::count_if(s.requests.begin(), s.requests.end(),
                                    [](const RequestRecord& record) { return record.in_flight; });
  EXPECT_EQ(flying, s.in_flight);
  std::uint64_t done = 0;
  int in_flight = 0;
  for (const TargetState& target : s.targets) {
    done += target.done;
    in_flight += target.in_flight;
    EXPECT_EQ(target.sent >= target.done + target.failed, true);
  }
  EXPECT_EQ(done, s.done);
  EXPECT_EQ(in_flight, s.in_flight);
  for (const RequestRecord& record : s.requests) {
    EXPECT_LE(record.intended, record.sent);
    EXPECT_LE(record.sent, record.done);
    EXPECT_LT(record.target, s.targets.size());
  }
}

class LoadGeneratorTest : public testing::Test {
 protected:
  LoadPlan PlanFor(const std::vector<const ScriptedServer*>& servers) {
    LoadPlan plan;
    plan.probe_readiness = false;
    plan.rate_per_second = 200;
    plan.duration = milliseconds(500);
    plan.timeout = seconds(10);
    for (const ScriptedServer* server : servers) {
      plan.targets.push_back({"web." + std::to_string(plan.targets.size() + 1), server->port()});
    }
    return plan;
  }

  std::unique_ptr<LoadGenerator> Start(LoadPlan plan) {
    auto generator = LoadGenerator::Start(std::move(plan), sockets_,
                                          [this] { return PosixEventLoop::Create(clock_); });
    EXPECT_TRUE(generator.ok());
    return std::move(generator).value();
  }

  /// Looks at every snapshot until `predicate` holds for one.
  std::shared_ptr<const LoadSnapshot> WaitFor(
      const LoadGenerator& generator, const std::function<bool(const LoadSnapshot&)>& predicate) {
    const Deadline deadline = Deadline::After(clock_, seconds(30));
    std::shared_ptr<const LoadSnapshot> seen;
    for (;;) {
      auto snapshot = generator.Snapshot();
      if (snapshot != seen) {
        ExpectTheBooksBalance(*snapshot);
        if (predicate(*snapshot)) return snapshot;
      }
      seen = std::move(snapshot);
      if (deadline.Passed(clock_)) break;
      std::this_thread::sleep_for(milliseconds(1));
    }
    ADD_FAILURE() << "not within 30 s; planned " << seen->planned << ", done " << seen->done
                  << ", failed " << seen->failed << ", in flight " << seen->in_flight;
    return seen;
  }

  std::shared_ptr<const LoadSnapshot> RunToEnd(LoadPlan plan) {
    const auto generator = Start(std::move(plan));
    return WaitFor(*generator, [](const LoadSnapshot& s) { return s.over; });
  }

  /// A port that nobody listens on, and that no connection of ours can be given as its own.
  PortLease LeasePort() {
    auto lease = PortPool(sockets_).Lease();
    EXPECT_TRUE(lease.ok());
    return std::move(lease).value();
  }

  static std::uint64_t Count(const LoadSnapshot& snapshot, Outcome outcome) {
    return snapshot.by_outcome[static_cast<std::size_t>(outcome)];
  }

  SystemClock clock_;
  PosixSocketHost sockets_;
};

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

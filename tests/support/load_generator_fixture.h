#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <set>
#include <thread>

#include "harness/load/load_generator.h"
#include "harness/net/port_pool.h"
#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_socket_host.h"
#include "tests/support/scripted_server.h"

namespace twelve {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Then = ScriptedReply::Then;

inline ScriptedReply Ok(const std::string& request) {
  return {.bytes = HttpReply(200, request)};
}

/// `done` + `failed` + in flight + queued, checked against `planned`, and everything else that must
/// add up in any snapshot.
inline void ExpectTheBooksBalance(const LoadSnapshot& s) {
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

}  // namespace twelve

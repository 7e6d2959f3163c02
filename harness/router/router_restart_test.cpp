#include "harness/load/load_generator.h"
#include "tests/support/router_fixture.h"

namespace twelve {
namespace {

/// A process that can be restarted gracefully: not ready, then gone, then back on its port.
class Restartable {
 public:
  explicit Restartable(std::uint16_t port) : port_(port) { Begin(); }

  void Begin() {
    ready_ = true;
    server_ = std::make_unique<ScriptedServer>(
        [this](const std::string& request) {
          const bool answers = !request.ends_with("/ready") || ready_;
          return ScriptedReply{.bytes = HttpReply(answers ? 200 : 503, "ok")};
        },
        port_);
    ASSERT_EQ(server_->port(), port_);
  }
  void BecomeUnready() { ready_ = false; }
  void End() { server_.reset(); }

 private:
  const std::uint16_t port_;
  std::atomic<bool> ready_ = true;
  std::unique_ptr<ScriptedServer> server_;
};

TEST_F(RouterTest, NoRequestFailsThroughFiveRestarts) {
  PortPool pool(sockets_);
  std::vector<PortLease> leases;
  std::vector<std::unique_ptr<Restartable>> processes;
  for (int i = 1; i <= 3; ++i) {
    leases.push_back(pool.Lease().value());
    processes.push_back(std::make_unique<Restartable>(leases.back().port()));
    plan_.targets.push_back({"web." + std::to_string(i), leases.back().port()});
  }
  plan_.probe_readiness = true;
  plan_.probe_period = milliseconds(20);
  Start();
  WaitUntilReady(3);

  LoadPlan load;
  load.targets = {{"router", router_->port()}};
  load.probe_readiness = false;
  load.rate_per_second = 500;
  load.timeout = seconds(30);
  const auto generator = LoadGenerator::Start(load, sockets_, [this] {
                           return PosixEventLoop::Create(clock_);
                         }).value();
  for (std::size_t i = 0; i < 5; ++i) {
    Restartable& process = *processes[i % 3];
    const std::uint64_t before = router_->Snapshot()->answered;
    process.BecomeUnready();
    WaitFor([&](const RouterSnapshot& s) {
      return !s.targets[i % 3].ready && s.targets[i % 3].in_flight == 0;
    });
    process.End();
    process.Begin();
    WaitUntilReady(3);
    WaitFor([&](const RouterSnapshot& s) { return s.answered >= before + 50; });
  }
  generator->Finish();
  const Deadline deadline = Deadline::After(clock_, seconds(30));
  while (!generator->Snapshot()->over && !deadline.Passed(clock_)) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  const auto end = generator->Snapshot();
  EXPECT_TRUE(end->over);
  EXPECT_GE(end->done, 250u);
  EXPECT_EQ(end->failed, 0u);
  EXPECT_EQ(router_->Snapshot()->failed, 0u);
  EXPECT_EQ(router_->Snapshot()->no_target, 0u);
}

}  // namespace
}  // namespace twelve

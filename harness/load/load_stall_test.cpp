#include "tests/support/load_generator_fixture.h"

namespace twelve {
namespace {

/// Ten seconds of load on a server that stands still for one of them.
class KnownStallTest : public LoadGeneratorTest {
 protected:
  std::shared_ptr<const LoadSnapshot> Run(LoadPlan plan, ScriptedServer& server) {
    plan.duration = seconds(10);
    const auto generator = Start(plan);
    const auto after = [&](Duration time) {
      WaitFor(*generator, [&](const LoadSnapshot& s) { return s.taken - s.started >= time; });
    };
    after(seconds(3));
    server.Pause();
    after(seconds(4));
    server.Resume();
    return WaitFor(*generator, [](const LoadSnapshot& s) { return s.over; });
  }
};

TEST_F(KnownStallTest, TheOpenLoopTellsWhatTheClosedLoopHides) {
  ScriptedServer server(Ok);
  LoadPlan open = PlanFor({&server});
  open.rate_per_second = 1000;
  open.connections = 64;
  LoadPlan closed = open;
  closed.loop = LoadPlan::Loop::kClosed;
  closed.connections = 8;
  const auto told = Run(open, server);
  const auto hidden = Run(closed, server);
  EXPECT_EQ(told->planned, 10'000u);
  EXPECT_EQ(told->failed, 0u);
  // A tenth of all was planned while nobody answered: it waited from 0 to 1 s.
  EXPECT_GT(told->response.p99, 100 * hidden->response.p99);
  EXPECT_GT(hidden->response.max, 900'000);  // the closed loop met the stall, in 8 requests
}

}  // namespace
}  // namespace twelve

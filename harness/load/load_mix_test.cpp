#include "tests/support/load_generator_fixture.h"

namespace twelve {
namespace {

TEST_F(LoadGeneratorTest, MixesKindsByTheirWeights) {
  std::atomic<int> posts = 0;
  ScriptedServer server([&](const std::string& request) {
    if (request == "POST /items") ++posts;
    return ScriptedReply{.bytes = HttpReply(request == "GET /missing" ? 404 : 200, "x")};
  });
  LoadPlan plan = PlanFor({&server});
  plan.rate_per_second = 2000;
  plan.max_requests = 1000;
  plan.duration = seconds(20);
  LoadKind read;
  read.name = "read";
  read.weight = 7;
  LoadKind write;
  write.name = "write";
  write.weight = 2;
  write.method = "POST";
  write.path = "/items";
  write.headers = {"Content-Type: application/json"};
  write.body = "{}";
  LoadKind missing;
  missing.name = "missing";
  missing.path = "/missing";
  plan.mix = {read, write, missing};
  const auto end = RunToEnd(plan);
  ASSERT_EQ(end->kinds.size(), 3u);
  EXPECT_EQ(end->kinds[0].name, "read");
  EXPECT_NEAR(static_cast<double>(end->kinds[0].done), 700, 75);  // five standard deviations
  EXPECT_NEAR(static_cast<double>(end->kinds[1].done), 200, 65);
  EXPECT_EQ(static_cast<std::uint64_t>(posts), end->kinds[1].done);
  EXPECT_EQ(end->kinds[2].done, 0u);
  EXPECT_EQ(end->kinds[2].failed, Count(*end, Outcome::kClientError));
  std::uint64_t all = 0;
  for (const LoadKindState& kind : end->kinds) {
    all += kind.done + kind.failed;
    EXPECT_EQ(kind.response.count, kind.done + kind.failed);
  }
  EXPECT_EQ(all, 1000u);
}

TEST_F(LoadGeneratorTest, PhasesPlanWhatTheirAreaSays) {
  ScriptedServer server(Ok);
  LoadPlan plan = PlanFor({&server});
  plan.duration = {};
  plan.phases = {{100, 100, milliseconds(200)},
                 {0, 1000, milliseconds(300)},
                 {0, 0, milliseconds(50)},
                 {1000, 1000, milliseconds(100)}};
  const auto end = RunToEnd(plan);
  EXPECT_NEAR(static_cast<double>(end->planned), 20 + 150 + 100, 1);
  EXPECT_EQ(end->done, end->planned);
}

TEST_F(LoadGeneratorTest, TellsHowConnectionsWereLost) {
  std::atomic<int> asked = 0;
  ScriptedServer server([&](const std::string&) -> ScriptedReply {
    switch (asked++ % 3) {
      case 0:
        return {.bytes = HttpReply(200, "kept")};
      case 1:
        return {.bytes = "", .then = Then::kReset};  // on the kept connection
      default:
        return {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                .then = Then::kClose};  // on a new one
    }
  });
  LoadPlan plan = PlanFor({&server});
  plan.connections = 1;
  plan.max_requests = 9;
  const auto end = RunToEnd(plan);
  EXPECT_EQ(end->done, 3u);
  EXPECT_EQ(end->lost_on_reuse, 3u);
  EXPECT_EQ(end->cut_in_answer, 3u);
  EXPECT_EQ(end->connections, 6u);
  EXPECT_EQ(end->silent_connections, 3u);
}

TEST_F(LoadGeneratorTest, SaysWhichPlansItCannotCarryOut) {
  ScriptedServer server(Ok);
  const LoadPlan good = PlanFor({&server});
  const auto problem = [](const LoadPlan& plan) {
    const Status valid = Validate(plan);
    return valid.ok() ? std::string() : valid.error().message;
  };
  EXPECT_EQ(problem(good), "");
  LoadPlan plan = good;
  plan.phases = {{0, 0, seconds(1)}};
  EXPECT_NE(problem(plan), "");
  plan.phases = {{10, 10, Duration::zero()}};
  EXPECT_NE(problem(plan), "");
  plan.phases = {{-1, 10, seconds(1)}};
  EXPECT_NE(problem(plan), "");
  plan.phases = {{1, 10, std::chrono::hours(2)}};
  EXPECT_NE(problem(plan), "");
  plan.phases = {{1, 10, seconds(1)}};
  EXPECT_EQ(problem(plan), "");
  plan.loop = LoadPlan::Loop::kClosed;
  EXPECT_NE(problem(plan), "");
  plan = good;
  plan.mix = {{.name = "a", .weight = 0}};
  EXPECT_NE(problem(plan), "");
  plan.mix = {{.name = "a", .path = "no-slash"}};
  EXPECT_NE(problem(plan), "");
  plan.mix = {{.name = "a", .headers = {"no colon"}}};
  EXPECT_NE(problem(plan), "");
  plan = good;
  plan.targets[0].address = "10.0.0.1";
  EXPECT_NE(problem(plan), "");
  plan.allow_external = true;
  EXPECT_EQ(problem(plan), "");
}

}  // namespace
}  // namespace twelve

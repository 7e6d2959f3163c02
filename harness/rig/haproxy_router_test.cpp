#include "harness/rig/haproxy_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/rig/live_rig.h"
#include "tests/support/scripted_server.h"

namespace twelve {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

TEST(HaproxyRouter, WritesItsConfigurationFromThePlan) {
  RouterPlan plan;
  plan.policy = RouterPolicy::kLeastConnections;
  plan.sticky = true;
  const std::string text = HaproxyRouter::Configuration(plan, 8000, 8001, 8002);
  EXPECT_THAT(text, HasSubstr("bind 127.0.0.1:8000\n"));
  EXPECT_THAT(text, HasSubstr("stats socket ipv4@127.0.0.1:8001 level admin\n"));
  EXPECT_THAT(text, HasSubstr("balance leastconn\n"));
  EXPECT_THAT(text, HasSubstr("cookie twelve_process insert nocache\n"));
  EXPECT_THAT(text, HasSubstr("check inter 100ms fall 2 rise 1 disabled"));
  EXPECT_THAT(text, HasSubstr("timeout check 1s\n"));
  plan.sticky = plan.retry_elsewhere = plan.probe_readiness = false;
  const std::string plain = HaproxyRouter::Configuration(plan, 8000, 8001, 8002);
  for (const char* absent : {"cookie", "retry-on", "httpchk", "check inter"}) {
    EXPECT_THAT(plain, testing::Not(HasSubstr(absent)));
  }
}

TEST(HaproxyRouter, ReadsStatistics) {
  const auto servers = HaproxyRouter::ParseStatistics(
      "# pxname,svname,scur,\nclients,FRONTEND,3,\nprocesses,process1,7,\n\n");
  EXPECT_EQ(servers.at("clients/FRONTEND").at("scur"), "3");
  EXPECT_EQ(servers.at("processes/process1").at("scur"), "7");
  EXPECT_TRUE(HaproxyRouter::ParseStatistics("").empty());
}

TEST(HaproxyRouter, RoutesDrainsAndCounts) {
  LiveRigOptions options;
  options.temporary_root = testing::TempDir();
  auto rig = LiveRig::Create(std::move(options)).value();
  const auto soon = [&] { return Deadline::After(rig->clock(), seconds(30)); };
  const auto named = [](const std::string& name) {
    return [name](const std::string&) { return ScriptedReply{.bytes = HttpReply(200, name)}; };
  };
  ScriptedServer a(named("a")), b(named("b"));
  RouterPlan plan;
  plan.targets = {{"web.1", a.port()}, {"web.2", b.port()}};
  auto started = HaproxyRouter::Start(*rig, plan);
  if (!started && started.error().code == ErrorCode::kNotFound) {
    GTEST_SKIP() << "HAProxy is not installed";
  }
  ASSERT_TRUE(started.ok()) << started.error().message;
  Router& router = **started;
  const auto ready = [&](std::size_t count) {
    return rig->WaitUntil(
        [&] {
          const auto snapshot = router.Snapshot();
          return static_cast<std::size_t>(
                     std::count_if(snapshot->targets.begin(), snapshot->targets.end(),
                                   [](const auto& target) { return target.ready; })) == count;
        },
        soon());
  };
  ASSERT_TRUE(ready(2));
  const auto get = [&] { return Get(*rig, router.port(), "/", soon()).body; };
  EXPECT_NE(get(), get());
  ASSERT_TRUE(router.Drain("web.1", true).ok());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get(), "b");
  ASSERT_TRUE(router.Drain("web.1", false).ok());
  ASSERT_TRUE(router.SetTargets({plan.targets[0]}).ok());
  ASSERT_TRUE(ready(1));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get(), "a");
  EXPECT_TRUE(rig->WaitUntil([&] { return router.Snapshot()->requests == 10; }, soon()));
}

}  // namespace
}  // namespace twelve

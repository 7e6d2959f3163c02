#include <gtest/gtest.h>

#include "harness/rig/live_rig.h"
#include "tests/support/scripted_server.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LiveRigPaths : public testing::Test {
 protected:
  LiveRigPaths() {
    LiveRigOptions options;
    options.temporary_root = testing::TempDir();
    rig_ = LiveRig::Create(std::move(options)).value();
  }
  Deadline Soon() const { return Deadline::After(rig_->clock(), seconds(30)); }

  std::unique_ptr<LiveRig> rig_;
};

TEST_F(LiveRigPaths, AProxyStandsBetweenAClientAndAService) {
  ScriptedServer server(
      [](const std::string&) { return ScriptedReply{.bytes = HttpReply(200, "ok")}; });
  ProxyPlan plan;
  plan.target.port = server.port();
  auto proxy = rig_->StartProxy(plan).value();
  EXPECT_EQ(Get(*rig_, proxy->port(), "/", Soon()).body, "ok");
  const FaultId refuse = proxy->Add(ParseFault("refuse").value()).value();
  EXPECT_EQ(Get(*rig_, proxy->port(), "/", Soon()).status, 0);
  EXPECT_TRUE(proxy->Remove(refuse));
  EXPECT_EQ(Get(*rig_, proxy->port(), "/", Soon()).body, "ok");
  EXPECT_GE(proxy->Snapshot()->accepted, 2u);
}

TEST_F(LiveRigPaths, ARouterStandsInFrontOfProcesses) {
  ScriptedServer server(
      [](const std::string&) { return ScriptedReply{.bytes = HttpReply(200, "ok")}; });
  RouterPlan plan;
  plan.targets = {{"web.1", server.port()}};
  auto router = rig_->StartRouter(plan).value();
  ASSERT_TRUE(rig_->WaitUntil([&] { return router->Snapshot()->targets[0].ready; }, Soon()));
  EXPECT_EQ(Get(*rig_, router->port(), "/", Soon()).body, "ok");
  ASSERT_TRUE(router->SetTargets({}).ok());
  EXPECT_EQ(Get(*rig_, router->port(), "/", Soon()).status, 503);
}

TEST_F(LiveRigPaths, HandlesOutliveTheRigAndTellWhatWas) {
  ScriptedServer server(
      [](const std::string&) { return ScriptedReply{.bytes = HttpReply(200, "ok")}; });
  ProxyPlan proxy_plan;
  proxy_plan.target.port = server.port();
  RouterPlan router_plan;
  router_plan.targets = {{"web.1", server.port()}};
  router_plan.probe_readiness = false;
  auto proxy = rig_->StartProxy(proxy_plan).value();
  auto router = rig_->StartRouter(router_plan).value();
  EXPECT_EQ(Get(*rig_, proxy->port(), "/", Soon()).body, "ok");
  EXPECT_EQ(Get(*rig_, router->port(), "/", Soon()).body, "ok");
  rig_.reset();
  EXPECT_EQ(proxy->Snapshot()->accepted, 1u);
  EXPECT_EQ(router->Snapshot()->answered, 1u);
  EXPECT_EQ(proxy->Add(ParseFault("stall").value()).error().code, ErrorCode::kClosed);
  EXPECT_EQ(router->SetTargets({}).error().code, ErrorCode::kClosed);
}

}  // namespace
}  // namespace twelve

// 1,000 requests a second go to three web processes through a client that follows readiness, while
// each of them is stopped twice and started again. Not one request fails.

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "harness/rig/deploy.h"
#include "tests/backing/service_deploy.h"

namespace twelve {
namespace {

constexpr double kRate = 1000;
constexpr int kProcesses = 3;
constexpr int kRounds = 2;

std::string Describe(const LoadSnapshot& snapshot) {
  std::string text;
  for (std::size_t i = 0; i < snapshot.by_outcome.size(); ++i) {
    if (snapshot.by_outcome[i] == 0) continue;
    text += std::string(ToString(static_cast<Outcome>(i))) + " " +
            std::to_string(snapshot.by_outcome[i]) + ", ";
  }
  return text + "p99 " + std::to_string(snapshot.response.p99) + " us, lag p99 " +
         std::to_string(snapshot.lag.p99) + " us";
}

class Drain : public testing::Test {
 protected:
  void SetUp() override {
    const Status begun = service_.Begin({{"DRAIN_DELAY_MS", "1000"}, {"GRACE_MS", "30000"}});
    ASSERT_TRUE(begun.ok()) << begun.error().message;
    DeploySpec spec;
    spec.argv = {std::string(std::getenv("TWELVE_BIN")) + "/twelve-service", "web"};
    spec.environment = service_.config();
    spec.count = kProcesses;
    spec.grace = std::chrono::seconds(30);
    deploy_ = std::make_unique<Deploy>(service_.rig(), spec);
    const Status scaled = deploy_->Scale(kProcesses, "proof");
    ASSERT_TRUE(scaled.ok()) << scaled.error().message;
    ASSERT_TRUE(Await([this] { return deploy_->AllReady(); }));
  }

  bool Await(const std::function<bool()>& predicate) {
    return service_.rig().WaitUntil(
        [&] {
          deploy_->Tick();
          return predicate();
        },
        service_.Soon());
  }

  /// A session that every process finds.
  std::string MakeSession() {
    const std::uint16_t port = deploy_->Find("web.1")->Snapshot().port;
    const HttpAnswer answer = service_.Send(port, "POST", "/api/v1/sessions",
                                            R"({"user_id":"ann","data":{"cart":["apple"]}})");
    const auto session = nlohmann::json::parse(answer.body, nullptr, false);
    return session.is_object() ? session.value("session_id", "") : "";
  }

  void StartLoad(const std::string& path) {
    LoadPlan plan;
    plan.loop = LoadPlan::Loop::kOpenConstant;
    plan.rate_per_second = kRate;
    plan.path = path;
    plan.targets = deploy_->Targets();
    plan.timeout = std::chrono::seconds(30);
    auto load = service_.rig().StartLoad(plan);
    ASSERT_TRUE(load.ok()) << load.error().message;
    load_ = std::move(load).value();
  }

  bool SendsTo(const std::string& name) const {
    for (const TargetState& state : load_->Snapshot()->targets) {
      if (state.target.name == name) return state.ready;
    }
    return false;
  }

  void StopAndStartAgain(const std::string& name) {
    ASSERT_TRUE(Await([&] { return SendsTo(name); })) << name;
    Instance* instance = deploy_->Find(name);
    ASSERT_TRUE(instance->Signal(SignalTarget::kLeader, SIGTERM, "proof").ok());
    ASSERT_TRUE(Await([&] { return instance->Snapshot().over(); })) << name;
    ASSERT_TRUE(instance->Snapshot().exit.has_value());
    EXPECT_EQ(*instance->Snapshot().exit, ExitStatus{}) << instance->Snapshot().reason;
    const Status again = deploy_->Relaunch(name);
    ASSERT_TRUE(again.ok()) << again.error().message;
    ASSERT_TRUE(Await([this] { return deploy_->AllReady(); })) << name;
  }

  ServiceDeploy service_{Layout::kPostgresAndRedis};
  std::unique_ptr<Deploy> deploy_;
  std::unique_ptr<Load> load_;
};

TEST_F(Drain, StoppingEveryProcessTwiceUnderLoadFailsNoRequest) {
  const std::string session = MakeSession();
  ASSERT_FALSE(session.empty());
  ASSERT_NO_FATAL_FAILURE(StartLoad("/api/v1/sessions/" + session));
  for (int round = 0; round < kRounds; ++round) {
    for (const std::string& name : deploy_->Names()) {
      ASSERT_NO_FATAL_FAILURE(StopAndStartAgain(name));
    }
  }
  load_->Finish();
  ASSERT_TRUE(Await([this] { return load_->Snapshot()->over; }));
  const auto snapshot = load_->Snapshot();
  EXPECT_EQ(snapshot->failed, 0u) << Describe(*snapshot);
  EXPECT_EQ(snapshot->done, snapshot->planned) << Describe(*snapshot);
  for (const TargetState& state : snapshot->targets) {
    EXPECT_GT(state.done, 0u) << state.target.name;
  }
  // Each stop answers on for a second, so there were at least six.
  EXPECT_GE(snapshot->done, static_cast<std::uint64_t>(kRate * kProcesses * kRounds));
}

}  // namespace
}  // namespace twelve

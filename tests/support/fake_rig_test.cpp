#include "tests/support/fake_rig.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

namespace twelve {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class FakeRigTest : public testing::Test {
 protected:
  std::unique_ptr<Instance> Launch(const std::string& name, std::uint16_t port = 0) {
    ProcessSpec spec;
    spec.name = name;
    spec.type = name.substr(0, name.find('.'));
    spec.port = port;
    spec.command.argv = {"serve", "--quietly"};
    return rig_.Launch(spec).value();
  }
  bool Within(Duration time, const std::function<bool()>& predicate) {
    return rig_.WaitUntil(predicate, Deadline::After(rig_.clock(), time));
  }
  Duration SinceStart() const { return rig_.clock().Now() - start_; }

  FakeRig rig_;
  const TimePoint start_ = rig_.clock().Now();
};

TEST_F(FakeRigTest, TimeMovesOnlyInWaitUntilAndOnlyAsFarAsNeeded) {
  FakeProgram slow;
  slow.ready_after = hours(2);
  rig_.Script("web", slow);
  const auto web = Launch("web.1");
  EXPECT_EQ(SinceStart(), Duration::zero());
  EXPECT_FALSE(Within(hours(1), [&] { return web->Snapshot().ready.has_value(); }));
  EXPECT_EQ(SinceStart(), hours(1));
  EXPECT_TRUE(Within(hours(3), [&] { return web->Snapshot().ready.has_value(); }));
  EXPECT_EQ(SinceStart(), hours(2));
  EXPECT_EQ(web->Snapshot().state, ProcessState::kReady);
}

TEST_F(FakeRigTest, AGoodCitizenStopsWhenAsked) {
  FakeProgram program;
  program.on_signal[SIGTERM] = {.after = milliseconds(300), .exit = {}};
  rig_.Script("web", program);
  const auto web = Launch("web.1");
  rig_.Pass(seconds(1));
  web->Stop("a test");
  EXPECT_EQ(web->Snapshot().state, ProcessState::kDraining);
  EXPECT_TRUE(Within(seconds(5), [&] { return web->Snapshot().over(); }));
  EXPECT_EQ(web->Snapshot().state, ProcessState::kStopped);
  EXPECT_EQ(*web->Snapshot().leader_ended - *web->Snapshot().stop_asked, milliseconds(300));
  EXPECT_EQ(rig_.alive(), 0);
}

TEST_F(FakeRigTest, AStubbornProgramIsKilledAfterItsGrace) {
  FakeProgram program;
  program.on_signal.clear();
  rig_.Script("web.2", program);
  const auto citizen = Launch("web.1"), stubborn = Launch("web.2");
  EXPECT_TRUE(stubborn->Signal(SignalTarget::kLeader, SIGTERM, "only a signal").ok());
  rig_.Pass(seconds(60));
  EXPECT_TRUE(stubborn->Snapshot().alive());
  stubborn->Stop("a test");
  EXPECT_TRUE(Within(seconds(60), [&] { return stubborn->Snapshot().over(); }));
  EXPECT_EQ(stubborn->Snapshot().state, ProcessState::kKilled);
  EXPECT_EQ(SinceStart(), seconds(70));
  EXPECT_TRUE(citizen->Snapshot().alive());
  ASSERT_EQ(rig_.signals().size(), 1u);
  EXPECT_EQ(rig_.signals()[0].because, "only a signal");
}

TEST_F(FakeRigTest, ProgramsEndByThemselvesAndLeaveChildrenBehind) {
  FakeProgram program;
  program.ends_by_itself = {.after = seconds(2), .exit = {.code = 7}};
  program.children = {"worker", "helper"};
  program.children_outlive_it = true;
  program.prints = {{seconds(1), "hello"}};
  rig_.Script("", program);
  const auto app = Launch("app.1");
  EXPECT_EQ(app->Tree().size(), 3u);
  EXPECT_EQ(app->Tree()[0].command, "serve --quietly");
  EXPECT_TRUE(Within(seconds(5), [&] { return app->Snapshot().leader_ended.has_value(); }));
  EXPECT_EQ(app->Snapshot().state, ProcessState::kCrashed);
  EXPECT_EQ(app->Snapshot().adopted, 2);
  EXPECT_EQ(app->Tree().size(), 2u);
  EXPECT_FALSE(app->Snapshot().over());
  ASSERT_EQ(app->Logs(10).size(), 1u);
  EXPECT_EQ(app->Logs(10)[0].text, "hello");
  app->Kill("a test");
  EXPECT_TRUE(app->Snapshot().over());
  EXPECT_TRUE(app->Tree().empty());
}

TEST_F(FakeRigTest, AnswersComeFromTheScript) {
  FakeProgram program;
  program.ready_after = milliseconds(500);
  program.answer = [](const std::string& request) {
    return FakeAnswer{FakeHttp(request == "GET /ready" ? 200 : 404, request), milliseconds(40), {}};
  };
  rig_.Script("web", program);
  const std::uint16_t port = rig_.LeasePort().value();
  const auto web = Launch("web.1", port);
  const Deadline far = Deadline::After(rig_.clock(), hours(1));
  EXPECT_EQ(Get(rig_, port, "/ready", far).problem, "refused: nobody listens on the port");
  rig_.Pass(seconds(1));
  const HttpAnswer answer = Get(rig_, port, "/ready", far);
  EXPECT_TRUE(answer.complete) << answer.problem;
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /ready");
  EXPECT_EQ(answer.done - answer.sent, milliseconds(40));
  EXPECT_EQ(Get(rig_, port, "/", far).status, 404);
  EXPECT_EQ(web->Listeners().at(0).port, port);
}

TEST_F(FakeRigTest, AConnectionEndsWithItsProgram) {
  FakeProgram program;
  program.answer = [](const std::string&) {
    return FakeAnswer{FakeHttp(200, "late"), seconds(5), {}};
  };
  rig_.Script("web", program);
  const auto web = Launch("web.1", 20500);
  rig_.Pass(milliseconds(1));
  const auto connection = rig_.Connect(20500).value();
  connection->Send("GET / HTTP/1.1\r\n\r\n");
  rig_.After(seconds(1), [&] { web->Kill("a test"); });
  EXPECT_TRUE(Within(hours(1), [&] { return connection->state() == Connection::State::kEnded; }));
  EXPECT_EQ(connection->Received(), "");
  EXPECT_EQ(*connection->ended() - start_, seconds(1) + milliseconds(1));
}

TEST_F(FakeRigTest, APortBelongsToOne) {
  auto occupied = rig_.Occupy(20600);
  EXPECT_EQ(rig_.Occupy(20600).error().code, ErrorCode::kBusy);
  const auto loser = Launch("web.1", 20600);
  EXPECT_TRUE(Within(seconds(1), [&] { return loser->Snapshot().over(); }));
  EXPECT_EQ(loser->Snapshot().exit->code, 1);
  occupied.value().reset();
  const auto winner = Launch("web.1", 20600);
  rig_.Pass(milliseconds(1));
  EXPECT_EQ(winner->Snapshot().state, ProcessState::kReady);
  EXPECT_FALSE(rig_.Occupy(20600).ok());
  ProcessSpec twin;
  twin.name = "web.1";
  EXPECT_EQ(rig_.Launch(twin).error().code, ErrorCode::kBusy);
}

TEST_F(FakeRigTest, LoadGoesToWhoIsReadyAndIsCutByDeath) {
  FakeProgram slow;
  slow.service_time = milliseconds(100);
  rig_.Script("web", slow);
  const auto one = Launch("web.1", 20001);
  const auto two = Launch("web.2", 20002);
  rig_.Pass(milliseconds(1));
  LoadPlan plan;
  plan.rate_per_second = 100;
  plan.duration = seconds(10);
  plan.targets = {{"web.1", 20001}, {"web.2", 20002}};
  const auto load = rig_.StartLoad(plan).value();
  rig_.Pass(seconds(1));
  EXPECT_EQ(load->Snapshot()->failed, 0u);
  EXPECT_EQ(load->Snapshot()->in_flight, 10);
  two->Kill("a test");
  EXPECT_TRUE(Within(seconds(60), [&] { return load->Snapshot()->over; }));
  const auto end = load->Snapshot();
  EXPECT_EQ(end->planned, 1000u);
  EXPECT_EQ(end->planned, end->done + end->failed);
  EXPECT_EQ(end->failed, 5u);  // every second one of those in flight
  EXPECT_EQ(end->by_outcome[static_cast<std::size_t>(Outcome::kCut)], 5u);
  EXPECT_EQ(end->targets[1].failed, 5u);
  EXPECT_NEAR(end->service.p50, 100'000, 100);
}

TEST_F(FakeRigTest, AProxyDelaysHoldsAndRefuses) {
  const auto web = Launch("web.1", 20001);
  rig_.Pass(milliseconds(1));
  ProxyPlan plan;
  plan.target.port = 20001;
  const auto proxy = rig_.StartProxy(plan).value();
  const Deadline never(rig_.clock().Now() + hours(1));
  const TimePoint began = rig_.clock().Now();
  ASSERT_TRUE(proxy->Add(ParseFault("latency 100ms").value()).ok());
  EXPECT_EQ(Get(rig_, proxy->port(), "/", never).body, "ok");
  EXPECT_EQ(rig_.clock().Now() - began, milliseconds(200));  // there and back
  proxy->Clear();
  ASSERT_TRUE(proxy->Add(ParseFault("stall for 5s").value()).ok());
  EXPECT_EQ(Get(rig_, proxy->port(), "/", never).body, "ok");
  EXPECT_GE(rig_.clock().Now() - began, seconds(5));
  const FaultId refuse = proxy->Add(ParseFault("refuse").value()).value();
  EXPECT_EQ(rig_.Connect(proxy->port()).value()->state(), Connection::State::kRefused);
  EXPECT_TRUE(proxy->Remove(refuse));
  ASSERT_TRUE(proxy->Add(ParseFault("reset").value()).ok());
  EXPECT_EQ(rig_.Connect(proxy->port()).value()->state(), Connection::State::kReset);
}

TEST_F(FakeRigTest, ARouterServesFromWhoIsReady) {
  RouterPlan plan;
  plan.targets = {{"web.1", 20001}, {"web.2", 20002}};
  const auto router = rig_.StartRouter(plan).value();
  const Deadline never(rig_.clock().Now() + hours(1));
  EXPECT_EQ(Get(rig_, router->port(), "/", never).status, 503);
  const auto one = Launch("web.1", 20001);
  const auto two = Launch("web.2", 20002);
  rig_.Pass(milliseconds(1));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Get(rig_, router->port(), "/", never).status, 200);
  EXPECT_EQ(router->Snapshot()->targets[0].requests, 2u);
  two->Kill("a test");
  LoadPlan load;
  load.rate_per_second = 100;
  load.duration = seconds(1);
  load.targets = {{"router", router->port()}};
  const auto running = rig_.StartLoad(load).value();
  EXPECT_TRUE(Within(seconds(60), [&] { return running->Snapshot()->over; }));
  EXPECT_EQ(running->Snapshot()->done, 100u);
  EXPECT_FALSE(router->Snapshot()->targets[1].ready);
}

TEST_F(FakeRigTest, CancellingEndsAWait) {
  rig_.After(seconds(3), [&] { rig_.Cancel(); });
  EXPECT_FALSE(Within(hours(1), [] { return false; }));
  EXPECT_TRUE(rig_.cancelled());
  EXPECT_EQ(SinceStart(), seconds(3));
}

TEST(FakeRig, DirectoriesAreRealAndGoWithIt) {
  std::string path;
  {
    FakeRig rig;
    path = rig.MakeDirectory("work").value();
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace twelve

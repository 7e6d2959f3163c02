#include "harness/rig/live_rig.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/os/posix/posix_process_table.h"
#include "tests/support/scripted_server.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LiveRigTest : public testing::Test {
 protected:
  void SetUp() override {
    LiveRigOptions options;
    options.cancelled = [this] { return cancelled_.load(); };
    options.temporary_root = testing::TempDir();
    auto rig = LiveRig::Create(std::move(options));
    ASSERT_TRUE(rig.ok()) << rig.error().message;
    rig_ = std::move(rig).value();
  }

  void TearDown() override {
    rig_.reset();
    const PosixProcessTable table;
    for (const pid_t guardian : guardians_) {
      EXPECT_TRUE(table.Tree(guardian, false).empty()) << "left behind of " << guardian;
    }
  }

  static ProcessSpec Program(std::string name, std::vector<std::string> argv) {
    ProcessSpec spec;
    spec.name = std::move(name);
    spec.type = "web";
    spec.command.argv = std::move(argv);
    spec.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
    return spec;
  }
  static ProcessSpec Shell(std::string name, std::string script) {
    return Program(std::move(name), {"/bin/sh", "-c", std::move(script)});
  }

  std::unique_ptr<Instance> Launch(ProcessSpec spec) {
    auto instance = rig_->Launch(std::move(spec));
    EXPECT_TRUE(instance.ok()) << (instance.ok() ? "" : instance.error().message);
    if (!instance.ok()) return nullptr;
    guardians_.push_back((*instance)->Snapshot().guardian);
    return std::move(instance).value();
  }

  bool Soon(const std::function<bool()>& predicate) {
    return rig_->WaitUntil(predicate, Deadline::After(rig_->clock(), seconds(30)));
  }
  bool SoonIn(const Instance& instance, ProcessState state) {
    return Soon([&] { return instance.Snapshot().state == state; });
  }
  bool SoonLogged(const Instance& instance, const std::string& text) {
    return Soon([&] {
      for (const LogLine& line : instance.Logs(100)) {
        if (line.text.find(text) != std::string::npos) return true;
      }
      return false;
    });
  }

  std::atomic<bool> cancelled_ = false;
  std::unique_ptr<LiveRig> rig_;
  std::vector<pid_t> guardians_;
};

TEST_F(LiveRigTest, StartsAnswersAndStops) {
  const auto port = rig_->LeasePort();
  ASSERT_TRUE(port.ok());
  ProcessSpec spec = Program("web.1", {"python3", "-u", "-m", "http.server", "--bind", "127.0.0.1",
                                       std::to_string(*port)});
  spec.port = *port;
  spec.readiness = ReadyOnHttp{*port, "/"};
  const auto web = Launch(spec);
  ASSERT_TRUE(SoonIn(*web, ProcessState::kReady));
  const HttpAnswer answer = Get(*rig_, *port, "/", Deadline::After(rig_->clock(), seconds(30)));
  EXPECT_TRUE(answer.complete) << answer.problem;
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.headers.find("Server: SimpleHTTP"), std::string::npos);
  EXPECT_LE(answer.sent, answer.first_byte);
  EXPECT_LE(answer.first_byte, answer.done);
  const auto listeners = web->Listeners();
  ASSERT_EQ(listeners.size(), 1u);
  EXPECT_EQ(listeners[0].port, *port);
  EXPECT_EQ(listeners[0].address, "127.0.0.1");
  EXPECT_TRUE(SoonLogged(*web, "GET / HTTP/1.1"));
  ASSERT_TRUE(Soon([&] { return web->Resources().processes == 1; }));
  EXPECT_GT(web->Resources().rss_bytes, 0u);
  EXPECT_GT(web->Resources().open_files, 0);

  web->Stop("asked by a test");
  ASSERT_TRUE(Soon([&] { return web->Snapshot().over(); }));
  EXPECT_EQ(web->Snapshot().state, ProcessState::kStopped);
  EXPECT_TRUE(web->Tree().empty());
  const HttpAnswer after = Get(*rig_, *port, "/", Deadline::After(rig_->clock(), seconds(30)));
  EXPECT_EQ(after.problem, "refused: nobody listens on the port");
}

TEST_F(LiveRigTest, SignalsReachTheProgram) {
  const auto app =
      Launch(Shell("app.1", "trap 'echo got HUP' HUP; echo up; while :; do sleep 0.01; done"));
  ASSERT_TRUE(SoonLogged(*app, "up"));
  EXPECT_TRUE(app->Signal(SignalTarget::kLeader, SIGHUP, "a test").ok());
  EXPECT_TRUE(SoonLogged(*app, "got HUP"));
  EXPECT_TRUE(app->Signal(SignalTarget::kLeader, SIGSTOP, "a test").ok());
  EXPECT_TRUE(Soon([&] { return app->Snapshot().paused; }));
  EXPECT_TRUE(Soon([&] {
    for (const ProcessInfo& process : app->Tree()) {
      if (process.pid == app->Snapshot().pid) return process.state == 'T';
    }
    return false;
  }));
  EXPECT_TRUE(app->Signal(SignalTarget::kLeader, SIGCONT, "a test").ok());
  EXPECT_TRUE(Soon([&] { return !app->Snapshot().paused; }));
  app->Kill("a test");
  EXPECT_TRUE(Soon([&] { return app->Snapshot().over(); }));
  EXPECT_EQ(app->Snapshot().state, ProcessState::kKilled);
  EXPECT_FALSE(app->Signal(SignalTarget::kLeader, SIGHUP, "too late").ok());
}

TEST_F(LiveRigTest, TheTreeShowsWhoIsLeftAndTheGuardianIsNotAmongThem) {
  const auto app = Launch(Shell("app.1", "setsid sleep 1000 & sleep 1000 & echo up; exit 3"));
  ASSERT_TRUE(Soon([&] { return app->Snapshot().leader_ended.has_value(); }));
  ASSERT_TRUE(Soon([&] { return app->Snapshot().adopted == 2; }));
  EXPECT_EQ(app->Tree().size(), 2u);
  EXPECT_FALSE(app->Snapshot().over());
  EXPECT_EQ(app->Snapshot().exit, (ExitStatus{.signalled = false, .code = 3, .core = false}));
  for (const ProcessInfo& process : app->Tree()) {
    EXPECT_NE(process.pid, app->Snapshot().guardian);
  }
}

TEST_F(LiveRigTest, DestroyingAHandleEndsEverythingItStarted) {
  auto app = Launch(
      Shell("app.1",
            "trap '' TERM HUP; (trap '' TERM; setsid sh -c 'sleep 1000; :' & sleep 1000; :) & "
            "echo up; while :; do sleep 1; done"));
  ASSERT_TRUE(SoonLogged(*app, "up"));
  ASSERT_TRUE(Soon([&] { return app->Tree().size() >= 5; }));
  std::vector<pid_t> pids;
  for (const ProcessInfo& process : app->Tree()) pids.push_back(process.pid);
  app.reset();
  const PosixProcessTable table;
  for (const pid_t pid : pids) EXPECT_TRUE(table.Tree(pid, false).empty()) << pid;
  // The name is free again.
  const auto next = Launch(Shell("app.1", "echo again; sleep 1000"));
  EXPECT_TRUE(SoonLogged(*next, "again"));
}

TEST_F(LiveRigTest, ALaterLaunchOfTheSameNameLeavesTheOldHandleItsHistory) {
  auto first = Launch(Shell("app.1", "exit 7"));
  ASSERT_TRUE(Soon([&] { return first->Snapshot().over(); }));
  const auto second = Launch(Shell("app.1", "echo second; sleep 1000"));
  ASSERT_TRUE(SoonLogged(*second, "second"));
  EXPECT_EQ(first->Snapshot().exit->code, 7);
  EXPECT_FALSE(first->Signal(SignalTarget::kLeader, SIGKILL, "not yours").ok());
  first.reset();
  EXPECT_TRUE(second->Snapshot().alive());
  const auto third = rig_->Launch(Shell("app.1", "exit 0"));
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(second->Snapshot().alive());
  EXPECT_FALSE(second->Tree().empty());
}

TEST_F(LiveRigTest, AMissingProgramIsAStateAndNoError) {
  const auto app = Launch(Program("app.1", {"no-such-program-of-twelve"}));
  ASSERT_TRUE(SoonIn(*app, ProcessState::kCrashed));
  ASSERT_TRUE(app->Snapshot().start_error.has_value());
  EXPECT_EQ(app->Snapshot().start_error->code, ErrorCode::kNotFound);
}

TEST_F(LiveRigTest, ARestartingProgramEndsWithItsHandle) {
  ProcessSpec spec = Shell("app.1", "echo life; exit 1");
  spec.restart.when = RestartPolicy::When::kAlways;
  spec.restart.first_delay = milliseconds(1);
  spec.restart.max_delay = milliseconds(5);
  auto app = Launch(spec);
  ASSERT_TRUE(Soon([&] { return app->Snapshot().restarts >= 3; }));
  app.reset();
  const std::uint64_t before = rig_->logs()->Counts().next;
  EXPECT_TRUE(Launch(Shell("app.2", "sleep 1000")) != nullptr);
  for (const LogLine& line : rig_->logs()->Read(before, 100)) EXPECT_NE(line.text, "life");
}

TEST_F(LiveRigTest, ConnectionsTellHowTheyEnd) {
  ScriptedServer server([](const std::string& request) {
    const auto then = request == "GET /reset"   ? ScriptedReply::Then::kReset
                      : request == "GET /close" ? ScriptedReply::Then::kClose
                                                : ScriptedReply::Then::kKeep;
    return ScriptedReply{.bytes = HttpReply(200, request), .then = then};
  });
  const auto ask = [&](Connection& connection, const std::string& path) {
    connection.Send("GET " + path + " HTTP/1.1\r\n\r\n");
  };
  auto kept = rig_->Connect(server.port()).value();
  ask(*kept, "/a");
  ASSERT_TRUE(Soon([&] { return kept->Received() == HttpReply(200, "GET /a"); }));
  EXPECT_EQ(kept->state(), Connection::State::kOpen);
  EXPECT_TRUE(kept->first_byte().has_value());
  EXPECT_FALSE(kept->ended().has_value());
  ask(*kept, "/close");
  ASSERT_TRUE(Soon([&] { return kept->state() == Connection::State::kEnded; }));
  EXPECT_TRUE(kept->ended().has_value());

  auto reset = rig_->Connect(server.port()).value();
  ask(*reset, "/reset");
  ASSERT_TRUE(Soon([&] { return reset->state() == Connection::State::kReset; }));

  const auto nobody = rig_->LeasePort();
  auto refused = rig_->Connect(*nobody).value();
  ASSERT_TRUE(Soon([&] { return refused->state() == Connection::State::kRefused; }));

  auto half = rig_->Connect(server.port()).value();
  ask(*half, "/b");
  half->FinishSending();  // the scripted server ends a connection at the client's end of file
  ASSERT_TRUE(Soon([&] {
    return half->state() != Connection::State::kOpen &&
           half->state() != Connection::State::kConnecting;
  }));
}

TEST_F(LiveRigTest, APausedReaderHoldsTheServerUp) {
  const std::string large(std::size_t{32} << 20, 'x');
  ScriptedServer server([&](const std::string&) {
    return ScriptedReply{.bytes = HttpReply(200, large), .then = ScriptedReply::Then::kClose};
  });
  auto slow = rig_->Connect(server.port()).value();
  slow->PauseReading(true);
  slow->Send("GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(Soon([&] { return server.requests() == 1; }));
  EXPECT_EQ(slow->Received(), "");
  slow->PauseReading(false);
  ASSERT_TRUE(Soon([&] { return slow->state() == Connection::State::kEnded; }));
  EXPECT_EQ(slow->Received().size(), std::size_t{8} << 20);  // the rest was read, and not kept
}

TEST_F(LiveRigTest, AnOccupiedPortIsBusyForTheProgram) {
  const auto port = rig_->LeasePort();
  auto occupied = rig_->Occupy(*port);
  ASSERT_TRUE(occupied.ok());
  EXPECT_EQ(rig_->Occupy(*port).error().code, ErrorCode::kBusy);
  const auto web =
      Launch(Program("web.1", {"python3", "-m", "http.server", std::to_string(*port)}));
  ASSERT_TRUE(SoonIn(*web, ProcessState::kCrashed));
  EXPECT_TRUE(SoonLogged(*web, "Address already in use"));
  occupied.value().reset();
  EXPECT_TRUE(rig_->Occupy(*port).ok());
}

TEST_F(LiveRigTest, GetSaysWhyAnAnswerIsNotComplete) {
  ScriptedServer server([](const std::string& request) {
    const auto then = request == "GET /cut"     ? ScriptedReply::Then::kClose
                      : request == "GET /reset" ? ScriptedReply::Then::kReset
                                                : ScriptedReply::Then::kKeep;
    return ScriptedReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                         .then = then};
  });
  const auto get = [&](const std::string& path, Duration limit) {
    return Get(*rig_, server.port(), path, Deadline::After(rig_->clock(), limit));
  };
  const HttpAnswer cut = get("/cut", seconds(30));
  EXPECT_FALSE(cut.complete);
  EXPECT_EQ(cut.status, 200);
  EXPECT_EQ(cut.problem, "ended after 4 of 10 bytes");
  const HttpAnswer reset = get("/reset", seconds(30));
  EXPECT_FALSE(reset.complete);
  EXPECT_EQ(reset.problem.rfind("reset", 0), 0u) << reset.problem;
  EXPECT_EQ(get("/never", milliseconds(300)).problem, "still open after 4 of 10 bytes");
}

TEST_F(LiveRigTest, WaitUntilEndsAtTheDeadlineAndWhenCancelled) {
  EXPECT_TRUE(rig_->WaitUntil([] { return true; }, Deadline(rig_->clock().Now())));
  EXPECT_FALSE(rig_->WaitUntil([] { return false; }, Deadline(rig_->clock().Now())));
  std::atomic<int> asked = 0;
  std::thread canceller([&] {
    while (asked < 3) std::this_thread::yield();
    cancelled_ = true;
  });
  EXPECT_FALSE(Soon([&] {
    ++asked;
    return false;
  }));
  canceller.join();
  EXPECT_TRUE(rig_->cancelled());
}

TEST_F(LiveRigTest, DirectoriesGoWithTheRig) {
  const auto one = rig_->MakeDirectory("work"), two = rig_->MakeDirectory("../e v/il");
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_NE(*one, *two);
  const auto root = std::filesystem::path(*one).parent_path();
  EXPECT_EQ(std::filesystem::path(*two).parent_path(), root);
  std::ofstream(*one + "/file") << "x";
  rig_.reset();
  EXPECT_FALSE(std::filesystem::exists(root));
}

TEST_F(LiveRigTest, HandlesMayOutliveTheirRig) {
  const auto app = Launch(Shell("app.1", "echo up; sleep 1000"));
  ASSERT_TRUE(SoonLogged(*app, "up"));
  ScriptedServer server([](const std::string&) { return ScriptedReply{HttpReply(200, "x")}; });
  const auto connection = rig_->Connect(server.port()).value();
  LoadPlan plan;
  plan.targets = {{"web.1", server.port()}};
  plan.probe_readiness = false;
  const auto load = rig_->StartLoad(plan).value();
  ASSERT_TRUE(Soon([&] { return load->Snapshot()->done > 0; }));
  const pid_t pid = app->Snapshot().pid;
  rig_.reset();
  EXPECT_TRUE(PosixProcessTable().Tree(pid, false).empty());
  EXPECT_TRUE(app->Snapshot().over());
  EXPECT_EQ(app->Snapshot().state, ProcessState::kKilled);
  EXPECT_TRUE(app->Tree().empty());
  EXPECT_GT(load->Snapshot()->done, 0u);
  app->Stop("nothing to stop");
  connection->Send("nowhere to go");
}

}  // namespace
}  // namespace twelve

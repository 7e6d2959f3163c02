#include "harness/process/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "harness/os/posix/posix_socket_host.h"
#include "tests/support/fake_event_loop.h"
#include "tests/support/fake_process_host.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class SupervisorTest : public testing::Test {
 protected:
  static ProcessSpec Spec(std::string name) {
    ProcessSpec spec;
    spec.name = std::move(name);
    spec.type = "web";
    spec.command.argv = {"web", "--x"};
    spec.environment = {{"A", "1"}};
    spec.port = 5000;
    return spec;
  }
  void Start(ProcessSpec spec) {
    const std::string name = spec.name;
    const Status status = supervisor_.Start(std::move(spec));
    ASSERT_TRUE(status) << status.error().message;
    host_.last().Start(next_pid_++);
    loop_.RunUntilIdle();
  }
  const ProcessStatus& Of(const std::string& name) { return *supervisor_.Find(name); }
  std::vector<std::string> Said() {
    std::vector<std::string> said;
    for (const LogLine& line : logs_.Read(0, 100000)) said.push_back(line.text);
    return said;
  }

  FakeClock clock_;
  FakeEventLoop loop_{clock_};
  FakeProcessHost host_;
  PosixSocketHost sockets_;
  LogStore logs_;
  Supervisor supervisor_{{loop_, host_, sockets_, logs_}};
  pid_t next_pid_ = 100;
};

TEST_F(SupervisorTest, GivesExactlyTheDeclaredEnvironmentAndThePort) {
  Start(Spec("web.1"));
  EXPECT_THAT(host_.last().request().argv, ElementsAre("web", "--x"));
  EXPECT_THAT(host_.last().request().environment, ElementsAre("A=1", "PORT=5000"));
  EXPECT_EQ(Of("web.1").pid, 100);
  EXPECT_EQ(Of("web.1").guardian, 9001);
  EXPECT_EQ(Of("web.1").state, ProcessState::kReady);
}

TEST_F(SupervisorTest, ANameInUseCannotBeStartedTwice) {
  Start(Spec("web.1"));
  const Status again = supervisor_.Start(Spec("web.1"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kBusy);
  host_.last().ExitAndGone({});
  loop_.RunUntilIdle();
  Start(Spec("web.1"));
  EXPECT_EQ(Of("web.1").pid, 101);
}

TEST_F(SupervisorTest, WithoutAGuardianThereIsNoProcess) {
  host_.FailNext(InvalidError("no guardian"));
  EXPECT_FALSE(supervisor_.Start(Spec("web.1")));
  EXPECT_EQ(supervisor_.Find("web.1"), nullptr);
  EXPECT_TRUE(supervisor_.AllOver());
}

TEST_F(SupervisorTest, ReadyAfterADelay) {
  ProcessSpec spec = Spec("web.1");
  spec.readiness = ReadyAfter{seconds(2)};
  Start(spec);
  loop_.Advance(milliseconds(1999));
  EXPECT_EQ(Of("web.1").state, ProcessState::kStarting);
  loop_.Advance(milliseconds(1));
  EXPECT_EQ(Of("web.1").state, ProcessState::kReady);
}

TEST_F(SupervisorTest, ReadyByALineOfEitherStream) {
  ProcessSpec spec = Spec("web.1");
  spec.readiness = ReadyOnLog{"listening on \\d+"};
  Start(spec);
  host_.last().Print("listening on nothing\n");
  loop_.RunUntilIdle();
  EXPECT_EQ(Of("web.1").state, ProcessState::kStarting);
  host_.last().PrintError("\x1b[32mlistening\x1b[0m on 5000\n");
  loop_.RunUntilIdle();
  EXPECT_EQ(Of("web.1").state, ProcessState::kReady);
}

TEST_F(SupervisorTest, ALineBeforeTheReportOfTheStartCounts) {
  ProcessSpec spec = Spec("web.1");
  spec.readiness = ReadyOnLog{"up"};
  ASSERT_TRUE(supervisor_.Start(spec));
  host_.last().Print("up\n");
  loop_.RunUntilIdle();
  EXPECT_EQ(Of("web.1").state, ProcessState::kStarting);
  host_.last().Start(100);
  loop_.RunUntilIdle();
  EXPECT_EQ(Of("web.1").state, ProcessState::kReady);
}

TEST_F(SupervisorTest, ABadPatternIsRefused) {
  ProcessSpec spec = Spec("web.1");
  spec.readiness = ReadyOnLog{"("};
  const Status started = supervisor_.Start(spec);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(host_.spawned(), 0u);
}

TEST_F(SupervisorTest, NotReadyInTimeIsSaid) {
  ProcessSpec spec = Spec("web.1");
  spec.readiness = ReadyOnLog{"up"};
  spec.ready_timeout = seconds(5);
  Start(spec);
  loop_.Advance(seconds(5));
  EXPECT_EQ(Of("web.1").reason, "not ready within 5 s: no line has matched the pattern");
}

TEST_F(SupervisorTest, LastWordsComeBeforeTheEndIsSaid) {
  Start(Spec("web.1"));
  std::string words;
  for (int i = 0; i < 20000; ++i) words += "line " + std::to_string(i) + "\n";
  host_.last().Print(words + "no newline");
  host_.last().PrintError("error\n");
  host_.last().ExitAndGone({.signalled = false, .code = 1});
  loop_.RunUntilIdle();
  const std::vector<std::string> said = Said();
  ASSERT_EQ(said.size(), 1 + 20000 + 3u);
  EXPECT_EQ(said[20000], "line 19999");
  EXPECT_THAT(said, Contains("no newline"));
  EXPECT_THAT(said, Contains("error"));
  EXPECT_EQ(said.back(), "ended: exit 1 after 0.00 s");
  EXPECT_TRUE(supervisor_.AllOver());
  EXPECT_TRUE(host_.last().destroyed());
  EXPECT_EQ(loop_.timers(), 0u);
  EXPECT_EQ(loop_.watched(), 0u);
}

TEST_F(SupervisorTest, AGrandchildThatHoldsThePipeDelaysTheEndOnlyShortly) {
  Start(Spec("web.1"));
  host_.last().Print("last words");
  host_.last().Exit({});
  loop_.RunUntilIdle();
  EXPECT_EQ(Of("web.1").state, ProcessState::kStopped);
  EXPECT_THAT(Said(), Not(Contains(HasSubstr("ended"))));
  loop_.Advance(Supervisor::kLastWords);
  const std::vector<std::string> said = Said();
  EXPECT_THAT(std::vector(said.end() - 2, said.end()),
              ElementsAre("last words", "ended: exit 0 after 0.00 s"));
  EXPECT_FALSE(supervisor_.AllOver());
  host_.last().Adopt(105);
  host_.last().Print("still here\n");
  loop_.RunUntilIdle();
  EXPECT_THAT(Said(), Contains("still here"));
  EXPECT_EQ(Of("web.1").reason, "exit 0 after 0.00 s; 1 process of it lives on");
}

TEST_F(SupervisorTest, APromptShowsSoonAndHoldsUpNobody) {
  Start(Spec("web.1"));
  Start(Spec("web.2"));
  host_.child(0).Print("password: ");
  host_.child(1).Print("tick\n");
  loop_.RunUntilIdle();
  EXPECT_THAT(Said(), Contains("tick"));
  loop_.Advance(LogIngest::kPauseAfter);
  ASSERT_EQ(logs_.OpenLines().size(), 1u);
  EXPECT_EQ(logs_.OpenLines()[0].text, "password: ");
}

TEST_F(SupervisorTest, StubbornOnesAreStoppedInParallel) {
  for (const char* name : {"web.1", "web.2", "web.3"}) Start(Spec(name));
  supervisor_.StopAll("stop");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_THAT(host_.child(i).signals(), ElementsAre(Pair(SignalTarget::kLeader, SIGTERM)));
  }
  loop_.Advance(milliseconds(9999));
  EXPECT_FALSE(host_.child(2).killed_all());
  loop_.Advance(milliseconds(1));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(host_.child(i).killed_all());
    host_.child(i).ExitAndGone({.signalled = true, .code = SIGKILL});
  }
  loop_.RunUntilIdle();
  EXPECT_TRUE(supervisor_.AllOver());
  EXPECT_EQ(Of("web.3").state, ProcessState::kKilled);
}

TEST_F(SupervisorTest, SignalsGoToWhomTheyAreFor) {
  Start(Spec("web.1"));
  ASSERT_TRUE(supervisor_.Signal("web.1", SignalTarget::kTree, SIGSTOP, "paused by you"));
  EXPECT_TRUE(Of("web.1").paused);
  ASSERT_TRUE(supervisor_.Signal("web.1", SignalTarget::kTree, SIGCONT, "continued by you"));
  EXPECT_FALSE(Of("web.1").paused);
  EXPECT_FALSE(supervisor_.Signal("web.9", SignalTarget::kLeader, SIGTERM, ""));
  host_.last().ExitAndGone({});
  loop_.RunUntilIdle();
  const Status late = supervisor_.Signal("web.1", SignalTarget::kLeader, SIGTERM, "");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kNotFound);
}

TEST_F(SupervisorTest, ACrashIsStartedAgain) {
  ProcessSpec spec = Spec("web.1");
  spec.restart.when = RestartPolicy::When::kOnFailure;
  Start(spec);
  host_.last().ExitAndGone({.signalled = false, .code = 1});
  loop_.RunUntilIdle();
  EXPECT_FALSE(supervisor_.AllOver());
  loop_.Advance(milliseconds(200));
  ASSERT_EQ(host_.spawned(), 2u);
  host_.last().Start(101);
  host_.last().Print("second life\n");
  loop_.RunUntilIdle();
  EXPECT_EQ(Of("web.1").restarts, 1);
  EXPECT_THAT(Said(), Contains("second life"));
  EXPECT_TRUE(host_.child(0).destroyed());
}

TEST_F(SupervisorTest, AnObserverMayStartAndRemoveWhatItIsToldOf) {
  int ends = 0;
  supervisor_.SetObserver([&](const ProcessStatus& status) {
    if (!status.over() || ++ends > 3) return;
    const std::string name = status.name;
    supervisor_.Remove(name);
    if (supervisor_.Find(name) != nullptr) return;
    ASSERT_TRUE(supervisor_.Start(Spec(name)));
  });
  Start(Spec("web.1"));
  host_.child(0).ExitAndGone({});
  loop_.RunUntilIdle();
  EXPECT_EQ(host_.spawned(), 2u);
  EXPECT_TRUE(host_.child(0).destroyed());
  EXPECT_FALSE(host_.child(1).destroyed());
}

class RecordingTap final : public LogTap {
 public:
  void Lines(std::string_view source, LogStream stream, std::span<const RawLine> lines) override {
    for (const RawLine& line : lines) {
      seen.push_back(std::string(source) + (stream == LogStream::kTwelve ? " | " : " ") +
                     std::string(line.bytes));
    }
  }
  std::vector<std::string> seen;
};

TEST_F(SupervisorTest, ATapGetsLinesAndWhatIsSaid) {
  RecordingTap tap;
  supervisor_.AddTap(&tap);
  supervisor_.KeepLines(false);
  Start(Spec("web.1"));
  host_.last().Print("hello\n");
  host_.last().ExitAndGone({});
  loop_.RunUntilIdle();
  EXPECT_THAT(tap.seen, ElementsAre("web.1 | started: pid 100, PORT 5000", "web.1 hello",
                                    "web.1 | ended: exit 0 after 0.00 s"));
  EXPECT_THAT(Said(), Not(Contains("hello")));
}

TEST_F(SupervisorTest, LeavesNothingInTheLoopWhenDestroyed) {
  FakeProcessHost host;
  {
    Supervisor supervisor({loop_, host, sockets_, logs_});
    ProcessSpec spec = Spec("web.1");
    spec.readiness = ReadyOnHttp{.port = 1, .path = "/"};
    ASSERT_TRUE(supervisor.Start(spec));
    host.last().Start(100);
    host.last().Print("partial");
    loop_.RunUntilIdle();
    supervisor.Stop("web.1", "stop");
  }
  EXPECT_TRUE(host.last().destroyed());
  EXPECT_EQ(loop_.timers(), 0u);
  EXPECT_EQ(loop_.watched(), 0u);
  EXPECT_THAT(Said(), Contains("partial"));
}

}  // namespace
}  // namespace twelve

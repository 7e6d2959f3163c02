#include "harness/process/process_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ProcessMachineTest : public testing::Test {
 protected:
  ProcessMachineTest() {
    spec_.name = "web.1";
    spec_.type = "web";
    spec_.port = 5000;
  }
  void Pass(Duration by) { now_ += by; }
  void Let(const ProcessEvent& event) { actions_ = Step(spec_, machine_, event, now_); }
  void Run() {  // to ready
    Let(Launched{90});
    Let(Started{100, 1});
    Let(ReadySeen{"HTTP 200"});
  }
  void Exit(int code) { Let(Exited{100, true, {.signalled = false, .code = code}}); }
  void Die(int signal) { Let(Exited{100, true, {.signalled = true, .code = signal}}); }

  template <typename Action>
  int Count() const {
    int count = 0;
    for (const ProcessAction& action : actions_) count += std::holds_alternative<Action>(action);
    return count;
  }
  std::vector<std::pair<SignalTarget, int>> Signals() const {
    std::vector<std::pair<SignalTarget, int>> signals;
    for (const ProcessAction& action : actions_) {
      if (const auto* send = std::get_if<SendSignal>(&action)) {
        signals.emplace_back(send->target, send->signal);
      }
    }
    return signals;
  }
  std::vector<ProcessState> States() const {
    std::vector<ProcessState> states;
    for (const StateChange& change : status().history) states.push_back(change.state);
    return states;
  }
  const ProcessStatus& status() const { return machine_.status; }

  static constexpr auto kLeader = SignalTarget::kLeader;
  static constexpr auto kTree = SignalTarget::kTree;
  ProcessSpec spec_;
  ProcessMachine machine_;
  TimePoint now_ = TimePoint(std::chrono::hours(1));
  std::vector<ProcessAction> actions_;
};

TEST_F(ProcessMachineTest, StartsAndBecomesReady) {
  Let(Launched{90});
  EXPECT_EQ(status().state, ProcessState::kStarting);
  EXPECT_EQ(status().guardian, 90);
  EXPECT_FALSE(status().alive());
  Let(Started{100, 1});
  EXPECT_EQ(Count<WatchReadiness>(), 1);
  EXPECT_TRUE(status().alive());
  Pass(milliseconds(350));
  Let(ReadySeen{"HTTP 200"});
  EXPECT_EQ(status().state, ProcessState::kReady);
  EXPECT_EQ(status().reason, "HTTP 200 after 0.35 s");
  EXPECT_EQ(status().ready, now_);
}

TEST_F(ProcessMachineTest, ALateStartSaysWhyAndMayStillBecomeReady) {
  Let(Launched{90});
  Let(Started{100, 1});
  Let(ReadyLate{"nobody listens on port 5000"});
  EXPECT_EQ(status().state, ProcessState::kStarting);
  EXPECT_EQ(status().reason, "not ready within 60 s: nobody listens on port 5000");
  Let(ReadySeen{"HTTP 200"});
  EXPECT_EQ(status().state, ProcessState::kReady);
}

TEST_F(ProcessMachineTest, AMissingProgramCrashesWithTheReason) {
  Let(Launched{90});
  Let(StartFailed{{ErrorCode::kNotFound, "there is no program \"nodee\"", "", 2}});
  EXPECT_EQ(status().state, ProcessState::kCrashed);
  EXPECT_EQ(status().reason, "could not be started: there is no program \"nodee\"");
  EXPECT_EQ(status().start_error->code, ErrorCode::kNotFound);
  Let(AllGone{});
  EXPECT_TRUE(status().over());
  EXPECT_EQ(status().state, ProcessState::kCrashed);
  EXPECT_EQ(Count<LetGo>(), 1);
}

struct End {
  ExitStatus exit;
  ProcessState state;
  std::string reason;
};

TEST_F(ProcessMachineTest, AnEndByItselfIsACrashUnlessExitZero) {
  for (const End& end :
       {End{{false, 0}, ProcessState::kStopped, "exit 0 after 2.31 s"},
        End{{false, 1}, ProcessState::kCrashed, "exit 1 after 2.31 s"},
        End{{true, SIGSEGV, true}, ProcessState::kCrashed, "SIGSEGV, core dumped after 2.31 s"},
        End{{true, SIGKILL}, ProcessState::kCrashed, "SIGKILL after 2.31 s"},
        End{{true, SIGTERM}, ProcessState::kCrashed, "SIGTERM after 2.31 s"}}) {
    machine_ = {};
    Run();
    Pass(milliseconds(2310));
    Let(Exited{100, true, end.exit});
    EXPECT_EQ(status().state, end.state) << end.reason;
    EXPECT_EQ(status().reason, end.reason);
    EXPECT_EQ(status().exit, end.exit);
    EXPECT_THAT(Signals(), IsEmpty());
    EXPECT_FALSE(status().over());
    Let(AllGone{});
    EXPECT_TRUE(status().over());
  }
}

TEST_F(ProcessMachineTest, AnEndAsAskedIsAStop) {
  for (const End& end :
       {End{{false, 0}, ProcessState::kStopped, "exit 0, 0.50 s after it was asked"},
        End{{false, 143}, ProcessState::kStopped, "exit 143, 0.50 s after it was asked"},
        End{{true, SIGTERM}, ProcessState::kStopped, "SIGTERM, 0.50 s after it was asked"},
        End{{true, SIGSEGV}, ProcessState::kCrashed, "SIGSEGV, 0.50 s after it was asked"},
        End{{true, SIGKILL}, ProcessState::kCrashed, "SIGKILL, 0.50 s after it was asked"}}) {
    machine_ = {};
    Run();
    Let(StopAsked{"SIGTERM sent by you"});
    EXPECT_EQ(status().state, ProcessState::kDraining);
    EXPECT_EQ(status().reason, "SIGTERM sent by you");
    EXPECT_THAT(Signals(), ElementsAre(std::pair(kLeader, SIGTERM)));
    EXPECT_EQ(Count<ArmGrace>(), 1);
    Pass(milliseconds(500));
    Let(Exited{100, true, end.exit});
    EXPECT_EQ(status().state, end.state) << end.reason;
    EXPECT_EQ(status().reason, end.reason);
  }
}

TEST_F(ProcessMachineTest, AStopEndsWhatTheLeaderLeaves) {
  Run();
  Let(StopAsked{"scaled down"});
  Exit(0);
  EXPECT_THAT(Signals(), ElementsAre(std::pair(kTree, SIGTERM)));
  Let(Adopted{101});
  EXPECT_EQ(status().reason, "exit 0, 0.00 s after it was asked; 1 process of it lives on");
  Let(GraceOver{});
  EXPECT_EQ(Count<KillTree>(), 1);
  EXPECT_EQ(status().state, ProcessState::kStopped);
  Let(Exited{101, false, {true, SIGKILL}});
  Let(AllGone{});
  EXPECT_EQ(status().reason, "exit 0, 0.00 s after it was asked; what was left of it was killed");
  EXPECT_EQ(Count<DisarmGrace>(), 1);
}

TEST_F(ProcessMachineTest, AStubbornOneIsKilledAtTheEndOfItsGrace) {
  Run();
  Let(StopAsked{"SIGTERM sent by you"});
  Pass(seconds(10));
  Let(GraceOver{});
  EXPECT_EQ(Count<KillTree>(), 1);
  EXPECT_EQ(status().state, ProcessState::kDraining);
  Die(SIGKILL);
  EXPECT_EQ(status().state, ProcessState::kKilled);
  EXPECT_EQ(status().reason, "SIGKILL: it did not end within 10 s");
  EXPECT_THAT(States(), ElementsAre(ProcessState::kStarting, ProcessState::kReady,
                                    ProcessState::kDraining, ProcessState::kKilled));
}

TEST_F(ProcessMachineTest, AStopIsAskedOnceOnly) {
  Run();
  Let(StopAsked{"first"});
  Let(StopAsked{"second"});
  EXPECT_THAT(actions_, IsEmpty());
  EXPECT_EQ(status().reason, "first");
}

TEST_F(ProcessMachineTest, AStopBeforeItHasAPidIsDeliveredLater) {
  Let(Launched{90});
  Let(StopAsked{"changed my mind"});
  EXPECT_THAT(Signals(), IsEmpty());
  EXPECT_EQ(Count<ArmGrace>(), 1);
  Let(Started{100, 1});
  EXPECT_THAT(Signals(), ElementsAre(std::pair(kLeader, SIGTERM)));
  EXPECT_EQ(Count<WatchReadiness>(), 0);
}

TEST_F(ProcessMachineTest, KillIsSaidToBeOurs) {
  Run();
  Let(KillAsked{"SIGKILL sent by you"});
  EXPECT_EQ(Count<KillTree>(), 1);
  Die(SIGKILL);
  EXPECT_EQ(status().state, ProcessState::kKilled);
  EXPECT_EQ(status().reason, "SIGKILL sent by you");
}

TEST_F(ProcessMachineTest, WhoEndedBeforeTheKillCameWasNotKilled) {
  Run();
  Let(KillAsked{"SIGKILL sent by you"});
  Exit(0);
  EXPECT_EQ(status().state, ProcessState::kStopped);
}

TEST_F(ProcessMachineTest, ASignalDrainsWithoutADeadline) {
  Run();
  Let(SignalSent{SIGTERM, "SIGTERM sent by you"});
  EXPECT_EQ(status().state, ProcessState::kDraining);
  EXPECT_EQ(Count<ArmGrace>(), 0);
  Let(StopAsked{"enough"});
  EXPECT_THAT(Signals(), IsEmpty());  // it has had its signal
  EXPECT_EQ(Count<ArmGrace>(), 1);
}

TEST_F(ProcessMachineTest, TheStopSignalOfTheSpecIsUsedAndUnderstood) {
  spec_.stop_signal = SIGQUIT;
  Run();
  Let(SignalSent{SIGTERM, "SIGTERM sent by you"});
  Let(StopAsked{"enough"});
  EXPECT_THAT(Signals(), ElementsAre(std::pair(kLeader, SIGQUIT)));
  Die(SIGQUIT);
  EXPECT_EQ(status().state, ProcessState::kStopped);
}

TEST_F(ProcessMachineTest, OtherSignalsChangeNothingThatIsExpected) {
  Run();
  Let(SignalSent{SIGHUP, "SIGHUP sent by you"});
  EXPECT_EQ(status().state, ProcessState::kReady);
  Die(SIGHUP);
  EXPECT_EQ(status().state, ProcessState::kCrashed);
}

TEST_F(ProcessMachineTest, ASignalSIGKILLKills) {
  Run();
  Let(SignalSent{SIGKILL, "SIGKILL sent by you"});
  Die(SIGKILL);
  EXPECT_EQ(status().state, ProcessState::kKilled);
  EXPECT_THAT(Signals(), IsEmpty());  // its children stay: nobody asked for a stop
}

TEST_F(ProcessMachineTest, AStopContinuesAPausedProcess) {
  Run();
  Let(SignalSent{SIGSTOP, "paused"});
  EXPECT_TRUE(status().paused);
  EXPECT_EQ(status().state, ProcessState::kReady);
  Let(StopAsked{"done"});
  EXPECT_FALSE(status().paused);
  EXPECT_THAT(Signals(), ElementsAre(std::pair(kLeader, SIGTERM), std::pair(kTree, SIGCONT)));
}

TEST_F(ProcessMachineTest, OrphansOfALeaderThatLeftByItselfLiveOn) {
  Run();
  Pass(seconds(1));
  Exit(0);
  Let(Adopted{101});
  Let(Adopted{102});
  EXPECT_THAT(Signals(), IsEmpty());
  EXPECT_EQ(status().state, ProcessState::kStopped);
  EXPECT_EQ(status().reason, "exit 0 after 1.00 s; 2 processes of it live on");
  EXPECT_EQ(status().adopted, 2);
  Let(Exited{101, false, {}});
  EXPECT_EQ(status().reason, "exit 0 after 1.00 s; 1 process of it lives on");
  EXPECT_EQ(status().history.back().reason, status().reason);
  Let(StopAsked{"clean up"});
  EXPECT_THAT(Signals(), ElementsAre(std::pair(kTree, SIGTERM)));
  EXPECT_EQ(Count<ArmGrace>(), 1);
  Let(AllGone{});
  EXPECT_EQ(status().reason, "exit 0 after 1.00 s");
  EXPECT_EQ(status().state, ProcessState::kStopped);
}

TEST_F(ProcessMachineTest, ALostGuardianIsACrash) {
  Run();
  Let(GuardianLost{});
  EXPECT_EQ(status().state, ProcessState::kCrashed);
  EXPECT_THAT(status().reason, HasSubstr("guardian"));
  EXPECT_TRUE(status().over());
  EXPECT_FALSE(status().alive());
}

TEST_F(ProcessMachineTest, ACrashIsStartedAgainAfterTheBackOff) {
  spec_.restart.when = RestartPolicy::When::kOnFailure;
  Run();
  Exit(1);
  ASSERT_EQ(Count<ArmRestart>(), 1);
  EXPECT_EQ(status().restart_at, now_ + milliseconds(200));
  Let(AllGone{});
  EXPECT_EQ(Count<LaunchIt>(), 0);
  Pass(milliseconds(200));
  Let(RestartDue{});
  EXPECT_EQ(Count<LaunchIt>(), 1);
  Let(Launched{91});
  EXPECT_EQ(status().restarts, 1);
  EXPECT_EQ(status().pid, 0);
  EXPECT_FALSE(status().restart_at);
  EXPECT_FALSE(status().over());
  Let(Started{101, 1});
  Let(Exited{101, true, {false, 1}});
  EXPECT_EQ(status().restart_at, now_ + milliseconds(400));
  EXPECT_EQ(status().history.size(), 5u);
}

TEST_F(ProcessMachineTest, WhatIsLeftOfTheLastLifeGoesBeforeTheNextBegins) {
  spec_.restart.when = RestartPolicy::When::kAlways;
  Run();
  Let(Adopted{101});
  Exit(1);
  Let(RestartDue{});
  EXPECT_EQ(Count<LaunchIt>(), 0);
  EXPECT_EQ(Count<KillTree>(), 1);
  Let(AllGone{});
  EXPECT_EQ(Count<LaunchIt>(), 1);
}

TEST_F(ProcessMachineTest, AStopIsNotUndoneByTheRestartPolicy) {
  spec_.restart.when = RestartPolicy::When::kAlways;
  Run();
  Let(StopAsked{"enough"});
  Exit(1);
  EXPECT_EQ(Count<ArmRestart>(), 0);
}

TEST_F(ProcessMachineTest, AStopCancelsARestartThatIsDue) {
  spec_.restart.when = RestartPolicy::When::kAlways;
  Run();
  Exit(1);
  Let(AllGone{});
  Let(StopAsked{"enough"});
  EXPECT_EQ(Count<DisarmRestart>(), 1);
  EXPECT_FALSE(status().restart_at);
  EXPECT_EQ(status().reason, "exit 1 after 0.00 s; not started again: enough");
  Let(RestartDue{});
  EXPECT_THAT(actions_, IsEmpty());
}

TEST_F(ProcessMachineTest, GivesUpAfterTheLastAttempt) {
  spec_.restart.when = RestartPolicy::When::kOnFailure;
  spec_.restart.max_attempts = 1;
  Run();
  Exit(1);
  Let(AllGone{});
  Let(RestartDue{});
  Let(Launched{91});
  Let(Started{101, 1});
  Let(Exited{101, true, {false, 1}});
  EXPECT_FALSE(status().restart_at);
  EXPECT_EQ(status().reason, "exit 1 after 0.00 s; given up after 1 restarts");
}

TEST_F(ProcessMachineTest, ARestartWithoutAGuardianIsACrashToo) {
  spec_.restart.when = RestartPolicy::When::kOnFailure;
  Run();
  Exit(1);
  Let(AllGone{});
  Let(RestartDue{});
  Let(LaunchFailed{{ErrorCode::kSystem, "no descriptors left", "", 0}});
  EXPECT_EQ(status().reason, "could not be started: no descriptors left");
  EXPECT_EQ(status().restart_at, now_ + milliseconds(400));
}

TEST_F(ProcessMachineTest, TheHistoryIsBounded) {
  spec_.restart.when = RestartPolicy::When::kAlways;
  for (int life = 0; life < 50; ++life) {
    Run();
    Exit(1);
    Let(AllGone{});
    Let(RestartDue{});
  }
  EXPECT_EQ(status().history.size(), 64u);
}

TEST_F(ProcessMachineTest, TakesAnyOrderOfEvents) {
  spec_.restart.when = RestartPolicy::When::kAlways;
  unsigned seed = 13;
  const std::vector<ProcessEvent> events = {
      Launched{90},      LaunchFailed{{}},       Started{100, 1},   StartFailed{{}},
      Adopted{101},      Exited{101, false, {}}, AllGone{},         Exited{100, true, {false, 1}},
      GuardianLost{},    ReadySeen{"x"},         ReadyLate{"x"},    StopAsked{"x"},
      KillAsked{"x"},    SignalSent{15, "x"},    GraceOver{},       RestartDue{},
      SignalSent{9, ""}, SignalSent{19, "x"},    SignalSent{18, ""}};
  for (int i = 0; i < 100000; ++i) {
    seed = seed * 1664525u + 1013904223u;
    Let(events[(seed >> 16) % events.size()]);
    EXPECT_LE(status().history.size(), 64u);
    if (!status().history.empty()) {
      EXPECT_EQ(status().history.back().reason, status().reason);
    }
  }
}

}  // namespace
}  // namespace twelve

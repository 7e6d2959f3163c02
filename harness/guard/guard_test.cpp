// What a guardian promises, tried on real processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "harness/os/posix/posix_process_host.h"
#include "harness/os/posix/posix_process_table.h"
#include "harness/os/posix/testdata/guarded_run.h"

namespace twelve {
namespace {

using testing::HasSubstr;

constexpr const char* kFamily = "sleep 1000 & setsid sleep 1000 & wait";
constexpr const char* kWrappedFamily = "sh -c 'sleep 1000 & setsid sleep 1000 & wait'; true";
constexpr std::size_t kFamilySize = 3;

std::string Beside(const std::string& program) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / program).string();
}

/// Every process below a guardian, by pid with its start: what is to be gone later.
using Census = std::map<pid_t, std::uint64_t>;
Census Below(pid_t guardian) {
  Census census;
  for (const ProcessInfo& process : PosixProcessTable().Tree(guardian, false)) {
    if (process.pid != guardian) census[process.pid] = process.start_ticks;
  }
  return census;
}
Census StillThere(const Census& census) {
  Census left;
  for (const auto& [pid, start] : census) {
    const std::vector<ProcessInfo> tree = PosixProcessTable().Tree(pid, false);
    if (!tree.empty() && tree.front().start_ticks == start) left[pid] = start;
  }
  return left;
}

std::vector<std::string> EightServices() {
  std::vector<std::string> scripts(4, kFamily);
  scripts.insert(scripts.end(), 4, kWrappedFamily);
  return scripts;
}

TEST(Guard, NothingIsLeftOfEightServicesAfterKillAll) {
  std::vector<std::unique_ptr<GuardedRun>> runs;
  Census census;
  for (const std::string& script : EightServices()) {
    runs.push_back(std::make_unique<GuardedRun>(GuardedRun::Shell(script)));
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::size_t size = kFamilySize + (i < 4 ? 0 : 1);  // the wrapper is one more
    GuardedRun& run = *runs[i];
    ASSERT_TRUE(run.WaitUntil([&] { return Below(run.process().guardian_pid()).size() == size; }));
    census.merge(Below(run.process().guardian_pid()));
  }
  ASSERT_EQ(census.size(), 4 * kFamilySize + 4 * (kFamilySize + 1));
  for (const auto& run : runs) ASSERT_TRUE(run->process().KillAll());
  for (const auto& run : runs) {
    run->WaitForEnd();
    EXPECT_EQ(run->LeaderStatus(), (ExitStatus{true, SIGKILL, false}));
    EXPECT_EQ(run->Find<Adopted>(), nullptr);  // orphans of our own making are not told
  }
  EXPECT_TRUE(StillThere(census).empty());
}

/// A program that hosts `scripts`, itself under a guardian: that one's AllGone says, without having
/// killed anybody, that nothing is left of the whole.
SpawnRequest Hosting(const std::vector<std::string>& scripts) {
  SpawnRequest request = GuardedRun::Shell("");
  request.argv = {Beside("hosting_program")};
  request.argv.insert(request.argv.end(), scripts.begin(), scripts.end());
  const char* bin = std::getenv("TWELVE_BIN");
  request.environment.push_back("TWELVE_BIN=" + std::string(bin == nullptr ? "" : bin));
  return request;
}

TEST(Guard, NothingIsLeftAfterSigkillOfTheHost) {
  GuardedRun host(Hosting(EightServices()));
  ASSERT_TRUE(host.WaitForOut("started\n"));
  const std::size_t all = 1 + 8 + 4 * kFamilySize + 4 * (kFamilySize + 1);
  ASSERT_TRUE(host.WaitUntil([&] { return Below(host.process().guardian_pid()).size() == all; }));
  const Census census = Below(host.process().guardian_pid());
  ASSERT_TRUE(host.process().Signal(SignalTarget::kLeader, SIGKILL));
  host.WaitForEnd();
  EXPECT_NE(host.Find<AllGone>(), nullptr);
  EXPECT_TRUE(StillThere(census).empty());
}

TEST(Guard, LossOfTheHostAlsoRemovesDirectories) {
  std::string pattern = (std::filesystem::temp_directory_path() / "twelve-XXXXXX").string();
  const std::string doomed = mkdtemp(pattern.data());
  SpawnRequest request = Hosting({"echo x >" + doomed + "/file; sleep 1000"});
  request.environment.push_back("DOOMED=" + doomed);
  GuardedRun host(request);
  ASSERT_TRUE(host.WaitForOut("started\n"));
  ASSERT_TRUE(host.process().Signal(SignalTarget::kLeader, SIGKILL));
  host.WaitForEnd();
  EXPECT_FALSE(std::filesystem::exists(doomed));
}

TEST(Guard, DestroyingTheProcessAndItsHostLeavesNothing) {
  Census census;
  {
    GuardedRun run(GuardedRun::Shell(kFamily));
    ASSERT_TRUE(
        run.WaitUntil([&] { return Below(run.process().guardian_pid()).size() == kFamilySize; }));
    census = Below(run.process().guardian_pid());
    census[run.process().guardian_pid()] = 0;
  }
  EXPECT_TRUE(StillThere(census).empty());
}

class ForkChain : public testing::TestWithParam<const char*> {};

TEST_P(ForkChain, IsCaught) {
  SpawnRequest request = GuardedRun::Shell("");
  request.argv = {Beside("fork_chain"), GetParam()};
  GuardedRun run(request);
  ASSERT_TRUE(run.WaitForOut("running\n"));
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
  EXPECT_NE(run.Find<AllGone>(), nullptr);
}
INSTANTIATE_TEST_SUITE_P(Guard, ForkChain, testing::Values("group", "session"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(Guard, SeveralForkChainsAreCaughtTogether) {
  GuardedRun run(GuardedRun::Shell(Beside("fork_chain") + " session & " + Beside("fork_chain") +
                                   " session & " + Beside("fork_chain") + " group & wait; wait"));
  ASSERT_TRUE(run.WaitForOut("running\nrunning\nrunning\n"));
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
  EXPECT_NE(run.Find<AllGone>(), nullptr);
}

// Each starts another one, in a session of its own, as soon as the last one is gone.
TEST(Guard, WatchdogsThatReviveTheirChildrenAreCaught) {
  GuardedRun run(GuardedRun::Shell(
      "W='while :; do setsid sleep 1000; done'; setsid sh -c \"$W\" & setsid sh -c \"$W\" & "
      "echo ready; while :; do setsid sh -c \"$W\"; done"));
  ASSERT_TRUE(run.WaitForOut("ready"));
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
  EXPECT_NE(run.Find<AllGone>(), nullptr);
}

TEST(Guard, StoppedProcessesAreKilledToo) {
  GuardedRun run(GuardedRun::Shell(kFamily));
  ASSERT_TRUE(
      run.WaitUntil([&] { return Below(run.process().guardian_pid()).size() == kFamilySize; }));
  ASSERT_TRUE(run.process().Signal(SignalTarget::kTree, SIGSTOP));
  const auto all_stopped = [&] {
    for (const ProcessInfo& process :
         PosixProcessTable().Tree(run.process().guardian_pid(), false)) {
      if (process.pid != run.process().guardian_pid() && process.state != 'T') return false;
    }
    return true;
  };
  ASSERT_TRUE(run.WaitUntil(all_stopped));
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
}

TEST(Guard, AnOrphanIsAnEventAndLivesOn) {
  GuardedRun run(GuardedRun::Shell("sh -c 'echo $$; exec sleep 1000' & exit 3"));
  ASSERT_TRUE(run.WaitUntil([&] { return run.LeaderStatus().has_value(); }));
  const Adopted* adopted = run.WaitFor<Adopted>();
  ASSERT_NE(adopted, nullptr);
  ASSERT_TRUE(run.WaitForOut("\n"));
  EXPECT_EQ(std::to_string(adopted->pid) + "\n", run.out());
  EXPECT_EQ(run.Find<AllGone>(), nullptr);
  EXPECT_FALSE(Below(run.process().guardian_pid()).empty());
  ASSERT_TRUE(run.process().Signal(SignalTarget::kTree, SIGTERM));
  run.WaitForEnd();
  const auto* last = std::get_if<Exited>(&run.events()[run.events().size() - 2]);
  ASSERT_NE(last, nullptr);
  EXPECT_FALSE(last->leader);
  EXPECT_EQ(last->status, (ExitStatus{true, SIGTERM, false}));
}

TEST(Guard, ADaemonIsSeenWhileItsLeaderLives) {
  GuardedRun run(GuardedRun::Shell("(setsid sleep 1000 &) ; exec sleep 1000"));
  EXPECT_NE(run.WaitFor<Adopted>(), nullptr);
  EXPECT_FALSE(run.LeaderStatus().has_value());
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
}

TEST(Guard, TheGroupOfADeadLeaderCanStillBeSignalled) {
  GuardedRun run(GuardedRun::Shell("sleep 1000 & setsid sleep 1000 & exit 0"));
  ASSERT_TRUE(run.WaitUntil([&] {
    int adopted = 0;
    for (const GuardEvent& event : run.events()) adopted += std::holds_alternative<Adopted>(event);
    return adopted == 2;
  }));
  ASSERT_TRUE(run.process().Signal(SignalTarget::kGroup, SIGTERM));
  const auto orphans_gone = [&] {
    int exited = 0;
    for (const GuardEvent& event : run.events()) exited += std::holds_alternative<Exited>(event);
    return exited;
  };
  ASSERT_TRUE(run.WaitUntil([&] { return orphans_gone() == 2; }));  // the leader and one orphan
  EXPECT_EQ(Below(run.process().guardian_pid()).size(), 1U);
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
}

// In a pid namespace of its own, where the next number can be chosen: see pid_reuse.cpp.
TEST(Guard, AStrangerWithTheNumberOfADeadLeaderGetsNoSignal) {
  SpawnRequest request = GuardedRun::Shell("");
  request.argv = {Beside("pid_reuse")};
  const char* bin = std::getenv("TWELVE_BIN");
  request.environment.push_back("TWELVE_BIN=" + std::string(bin == nullptr ? "" : bin));
  request.isolation.pid_namespace = true;
  GuardedRun run(request);
  run.WaitForEnd();
  if (const auto* refused = run.Find<StartFailed>()) {
    GTEST_SKIP() << "the kernel refuses pid namespaces: " << refused->error.message;
  }
  if (run.out().starts_with("skip: ")) GTEST_SKIP() << run.out();
  EXPECT_EQ(run.out(), "the stranger lives\n") << run.err();
}

TEST(Guard, TheLossOfTheGuardianIsToldAndItsServiceDies) {
  GuardedRun run(GuardedRun::Shell("sleep 1000 & wait"));
  ASSERT_TRUE(run.WaitUntil([&] { return Below(run.process().guardian_pid()).size() == 2; }));
  const Census census = Below(run.process().guardian_pid());
  ASSERT_EQ(kill(run.process().guardian_pid(), SIGKILL), 0);
  ASSERT_NE(run.WaitFor<GuardianLost>(), nullptr);
  EXPECT_TRUE(run.WaitUntil([&] {
    // Their new parent may be slow to wait for them; a zombie is dead.
    for (const auto& [pid, start] : StillThere(census)) {
      const std::vector<ProcessInfo> tree = PosixProcessTable().Tree(pid, false);
      if (!tree.empty() && tree.front().state != 'Z') return false;
    }
    return true;
  }));
}

TEST(Guard, AServiceCanBePidOne) {
  SpawnRequest request = GuardedRun::Shell(
      "echo me $$ /proc/[0-9]*; sleep 1000 & setsid sleep 1000 & echo ready; wait");
  request.isolation.pid_namespace = true;
  GuardedRun run(request);
  ASSERT_TRUE(run.WaitUntil(
      [&] { return run.Find<Started>() != nullptr || run.Find<StartFailed>() != nullptr; }));
  if (const auto* refused = run.Find<StartFailed>()) {
    GTEST_SKIP() << "the kernel refuses pid namespaces: " << refused->error.message;
  }
  ASSERT_TRUE(run.WaitForOut("ready\n"));
  EXPECT_THAT(run.out(), HasSubstr("me 1 /proc/1\n"));  // alone in a /proc of its own
  const Census census = Below(run.process().guardian_pid());
  EXPECT_EQ(census.size(), 3U);
  EXPECT_TRUE(census.contains(run.Find<Started>()->pid));
  // PID 1 has no default reaction to SIGTERM; SIGKILL from outside ends all.
  ASSERT_TRUE(run.process().Signal(SignalTarget::kLeader, SIGTERM));
  ASSERT_TRUE(run.process().Signal(SignalTarget::kLeader, SIGKILL));
  run.WaitForEnd();
  EXPECT_EQ(run.LeaderStatus(), (ExitStatus{true, SIGKILL, false}));
  EXPECT_TRUE(StillThere(census).empty());
}

TEST(Guard, AServiceCanHaveANetworkOfItsOwn) {
  SpawnRequest request =
      GuardedRun::Shell("cat /proc/net/dev | grep -c :; cat /proc/net/fib_trie /proc/net/route");
  request.isolation.network_namespace = true;
  GuardedRun run(request);
  run.WaitForEnd();
  if (const auto* refused = run.Find<StartFailed>()) {
    GTEST_SKIP() << "the kernel refuses network namespaces: " << refused->error.message;
  }
  EXPECT_THAT(run.out(), HasSubstr("127.0.0.1"));
  EXPECT_THAT(run.out(), testing::Not(HasSubstr("eth0")));
}

TEST(Guard, PathsCanBeReadOnly) {
  std::string pattern = (std::filesystem::temp_directory_path() / "twelve-XXXXXX").string();
  const std::string directory = mkdtemp(pattern.data());
  SpawnRequest request = GuardedRun::Shell("echo x >file || echo refused; cd / && echo y >" +
                                           directory + "/file || echo again");
  request.directory = directory;
  request.isolation.read_only_paths = {directory};
  {
    GuardedRun run(request);
    run.WaitForEnd();
    if (const auto* refused = run.Find<StartFailed>()) {
      std::filesystem::remove_all(directory);
      GTEST_SKIP() << "the kernel refuses mount namespaces: " << refused->error.message;
    }
    EXPECT_EQ(run.out(), "refused\nagain\n") << run.err();
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  request.isolation.read_only_paths = {"/no/such"};
  GuardedRun missing(request);
  ASSERT_NE(missing.WaitFor<StartFailed>(), nullptr);
  EXPECT_THAT(missing.Find<StartFailed>()->error.message,
              HasSubstr("cannot make \"/no/such\" read-only"));
  missing.WaitForEnd();
  std::filesystem::remove_all(directory);
}

TEST(Guard, NeedsNoLibraryButLibc) {
  SpawnRequest request = GuardedRun::Shell("");
  request.argv = {"readelf", "-d", GuardedRun::GuardPath()};
  GuardedRun run(request);
  run.WaitForEnd();
  if (run.Find<StartFailed>() != nullptr) GTEST_SKIP() << "readelf is not installed";
  std::size_t at = 0;
  while ((at = run.out().find("(NEEDED)", at)) != std::string::npos) {
    const std::string line = run.out().substr(at, run.out().find('\n', at) - at);
    EXPECT_THAT(line, HasSubstr("libc.so"));
    at += line.size();
  }
}

TEST(Guard, ByHandItSaysWhatItIsFor) {
  SpawnRequest request = GuardedRun::Shell("exec " + GuardedRun::GuardPath() + " 3<&-");
  GuardedRun run(request);
  run.WaitForEnd();
  EXPECT_EQ(run.LeaderStatus(), (ExitStatus{false, 64, false}));
  EXPECT_THAT(run.err(), HasSubstr("started by Twelve, not by hand"));
}

}  // namespace
}  // namespace twelve

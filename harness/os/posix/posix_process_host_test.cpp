#include "harness/os/posix/posix_process_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/os/posix/testdata/guarded_run.h"

namespace twelve {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// A directory of this test alone.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "twelve-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }
  std::string Write(const std::string& name, const std::string& text, mode_t mode) const {
    const std::string file = path_ + "/" + name;
    std::ofstream(file) << text;
    chmod(file.c_str(), mode);
    return file;
  }

 private:
  std::string path_;
};

Error FailureOf(const SpawnRequest& request) {
  GuardedRun run(request);
  const StartFailed* failed = run.WaitFor<StartFailed>();
  run.WaitForEnd();
  EXPECT_TRUE(std::holds_alternative<AllGone>(run.events().back()));
  EXPECT_EQ(run.events().size(), 2U);
  return failed == nullptr ? Error{} : failed->error;
}

SpawnRequest Program(const std::string& name) {
  SpawnRequest request = GuardedRun::Shell("");
  request.argv = {name};
  return request;
}

TEST(PosixProcessHost, TellsStartExitAndEnd) {
  GuardedRun run(GuardedRun::Shell("echo out; echo err >&2; exit 7"));
  run.WaitForEnd();
  EXPECT_EQ(run.out(), "out\n");
  EXPECT_EQ(run.err(), "err\n");
  ASSERT_EQ(run.events().size(), 3U);
  const auto* started = std::get_if<Started>(&run.events()[0]);
  const auto* exited = std::get_if<Exited>(&run.events()[1]);
  ASSERT_NE(started, nullptr);
  ASSERT_NE(exited, nullptr);
  EXPECT_EQ(exited->pid, started->pid);
  EXPECT_TRUE(exited->leader);
  EXPECT_EQ(exited->status, (ExitStatus{false, 7, false}));
  EXPECT_TRUE(std::holds_alternative<AllGone>(run.events()[2]));
}

TEST(PosixProcessHost, TellsTheSignalThatEndedIt) {
  GuardedRun run(GuardedRun::Shell("ulimit -c 0; kill -SEGV $$"));
  run.WaitForEnd();
  EXPECT_EQ(run.LeaderStatus(), (ExitStatus{true, SIGSEGV, false}));
}

TEST(PosixProcessHost, AMissingProgramIsOneClearSentence) {
  const Error error = FailureOf(Program("nodee"));
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.message, "cannot start \"nodee\": no such program in PATH");
  EXPECT_EQ(FailureOf(Program("/no/such")).message, "cannot start \"/no/such\": no such file");
}

TEST(PosixProcessHost, LooksInThePathOfTheServiceNotInOurs) {
  const Scratch scratch;
  scratch.Write("only-here", "#!/bin/sh\necho found\n", 0755);
  SpawnRequest request = Program("only-here");
  request.environment = {"PATH=/nowhere:" + scratch.path()};
  GuardedRun run(request);
  run.WaitForEnd();
  EXPECT_EQ(run.out(), "found\n");
  SpawnRequest elsewhere = Program("sh");
  elsewhere.environment = {"PATH=" + scratch.path()};
  EXPECT_EQ(FailureOf(elsewhere).message, "cannot start \"sh\": no such program in PATH");
}

TEST(PosixProcessHost, SaysWhyAFileIsNoProgram) {
  const Scratch scratch;
  const std::string plain = scratch.Write("plain", "#!/bin/sh\n", 0644);
  const Error denied = FailureOf(Program(plain));
  EXPECT_EQ(denied.code, ErrorCode::kDenied);
  EXPECT_THAT(denied.message, HasSubstr("make it executable with chmod +x"));
  const std::string text = scratch.Write("text", "hello\n", 0755);
  EXPECT_THAT(FailureOf(Program(text)).message, HasSubstr("neither a program"));
  const std::string orphaned = scratch.Write("orphaned", "#!/no/such/interpreter\n", 0755);
  EXPECT_THAT(FailureOf(Program(orphaned)).message, HasSubstr("interpreter"));
  EXPECT_THAT(FailureOf(Program(scratch.path())).message, HasSubstr("Is a directory"));
}

TEST(PosixProcessHost, SaysWhichDirectoryIsMissing) {
  SpawnRequest request = Program("sh");
  request.directory = "/no/such/directory";
  const Error error = FailureOf(request);
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.message, "cannot start \"sh\": no such directory \"/no/such/directory\"");
}

TEST(PosixProcessHost, RefusesRequestsThatCannotBeMeant) {
  PosixProcessHost host(GuardedRun::GuardPath());
  EXPECT_EQ(host.Spawn(SpawnRequest{}).error().code, ErrorCode::kInvalid);
  SpawnRequest nul = Program("sh");
  nul.environment.push_back(std::string("A=b\0c", 5));
  EXPECT_EQ(host.Spawn(nul).error().code, ErrorCode::kInvalid);
  SpawnRequest root = Program("sh");
  root.remove_at_end = {"/"};
  EXPECT_EQ(host.Spawn(root).error().code, ErrorCode::kInvalid);
}

TEST(PosixProcessHost, AMissingGuardianIsAnErrorOfSpawn) {
  PosixProcessHost host("/no/such/twelve-guard");
  const auto spawned = host.Spawn(Program("sh"));
  ASSERT_FALSE(spawned.ok());
  EXPECT_EQ(spawned.error().code, ErrorCode::kNotFound);
}

TEST(PosixProcessHost, TheEnvironmentIsExactlyTheDeclaredOne) {
  SpawnRequest request = Program("env");
  request.environment = {GuardedRun::kPath, "A=1", "EMPTY=", "ODD=x y=\tz", "A=2"};
  GuardedRun run(request);
  run.WaitForEnd();
  EXPECT_EQ(run.out(), std::string(GuardedRun::kPath) + "\nA=1\nEMPTY=\nODD=x y=\tz\nA=2\n");
}

TEST(PosixProcessHost, ALargeEnvironmentArrivesWhole) {
  SpawnRequest request = Program("env");
  for (int i = 0; i < 20; ++i) {
    request.environment.push_back("V" + std::to_string(i) + "=" + std::string(100'000, 'x'));
  }
  GuardedRun run(request);
  run.WaitForEnd();
  EXPECT_GT(run.out().size(), 2'000'000U);
}

TEST(PosixProcessHost, TheServiceInheritsNoDescriptorBeyondItsThree) {
  const int left_open = dup(STDERR_FILENO);  // what we hold open is not the service's concern
  SpawnRequest request = Program("ls");
  request.argv.emplace_back("/proc/self/fd");
  GuardedRun run(request);
  run.WaitForEnd();
  close(left_open);
  EXPECT_EQ(run.out(), "0\n1\n2\n3\n");  // 3 is the directory that ls reads
}

TEST(PosixProcessHost, TheServiceStartsWithDefaultSignalsInItsOwnGroup) {
  signal(SIGPIPE, SIG_IGN);
  GuardedRun run(GuardedRun::Shell(
      "cat /proc/self/status | grep -E '^Sig(Blk|Ign|Cgt)'; "
      "readlink /proc/$$/fd/0; read pid name state parent group session rest </proc/$$/stat; "
      "test $pid = $group && echo own group; test $session != $group && echo guarded session"));
  run.WaitForEnd();
  signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(run.out(),
            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n"
            "SigCgt:\t0000000000000000\n/dev/null\nown group\nguarded session\n");
}

TEST(PosixProcessHost, StandardInputCanBeAPipe) {
  SpawnRequest request = Program("cat");
  request.stdin_pipe = true;
  GuardedRun run(request);
  ASSERT_EQ(write(run.process().stdin_fd(), "hello\n", 6), 6);
  run.WaitForOut("hello\n");
  run.process().CloseStdin();
  EXPECT_EQ(run.process().stdin_fd(), -1);
  run.WaitForEnd();
  EXPECT_EQ(run.LeaderStatus(), (ExitStatus{false, 0, false}));
}

TEST(PosixProcessHost, LimitsHold) {
  SpawnRequest request = GuardedRun::Shell("ulimit -n; ulimit -t; ulimit -c; ulimit -v");
  request.limits.open_files = 77;
  request.limits.cpu_seconds = 55;
  request.limits.core_bytes = 0;
  request.limits.address_space_bytes = std::uint64_t{1} << 30U;
  GuardedRun run(request);
  run.WaitForEnd();
  EXPECT_EQ(run.out(), "77\n55\n0\n1048576\n");
}

TEST(PosixProcessHost, EndOfFileOnAPipeMeansThatTheServiceClosedIt) {
  GuardedRun run(GuardedRun::Shell("exec >&-; read never </dev/zero"));
  EXPECT_TRUE(run.WaitUntil([&] { return run.out_ended(); }));
  EXPECT_FALSE(run.LeaderStatus().has_value());
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
}

TEST(PosixProcessHost, AServiceMayRunAsAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may start programs as another user";
  SpawnRequest request = GuardedRun::Shell("id -u; id -g; id -G; cat /etc/shadow");
  request.user = 65534;
  request.group = 65534;
  GuardedRun run(request);
  run.WaitForEnd();
  EXPECT_THAT(run.out(), StartsWith("65534\n65534\n65534\n"));
  EXPECT_THAT(run.err(), HasSubstr("Permission denied"));
}

TEST(PosixProcessHost, ASignalToTheLeaderReachesTheLeader) {
  GuardedRun run(GuardedRun::Shell(
      "setsid sh -c 'trap \"echo far\" USR1; echo ready; while :; do read x </dev/zero; done' & "
      "trap 'echo near' USR1; echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(run.WaitForOut("ready\nready\n"));
  ASSERT_TRUE(run.process().Signal(SignalTarget::kLeader, SIGUSR1));
  ASSERT_TRUE(run.WaitForOut("near"));
  EXPECT_THAT(run.out(), testing::Not(HasSubstr("far")));
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
}

TEST(PosixProcessHost, ATreeSignalReachesOtherSessions) {
  GuardedRun run(GuardedRun::Shell("setsid sleep 1000 & sleep 1000 & echo ready; wait; wait"));
  ASSERT_TRUE(run.WaitForOut("ready"));
  ASSERT_TRUE(run.process().Signal(SignalTarget::kTree, SIGTERM));
  run.WaitForEnd();
  EXPECT_EQ(run.LeaderStatus(), (ExitStatus{true, SIGTERM, false}));
}

TEST(PosixProcessHost, RefusesSignalsThatDoNotExistAndProcessesThatAreOver) {
  GuardedRun run(GuardedRun::Shell("true"));
  EXPECT_EQ(run.process().Signal(SignalTarget::kLeader, 0).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(run.process().Signal(SignalTarget::kLeader, 65).error().code, ErrorCode::kInvalid);
  run.WaitForEnd();
  EXPECT_EQ(run.process().Signal(SignalTarget::kLeader, SIGTERM).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(run.process().KillAll().error().code, ErrorCode::kClosed);
}

TEST(PosixProcessHost, DirectoriesAreRemovedBeforeTheLastEvent) {
  const Scratch scratch;
  const std::string outside = scratch.Write("outside", "kept", 0644);
  const std::string doomed = scratch.path() + "/run";
  SpawnRequest request =
      GuardedRun::Shell("mkdir -p a/b/c && echo x >a/b/c/file && ln -s " + outside +
                        " a/link && ln -s .. a/up && "
                        "chmod 0 a/b");
  std::filesystem::create_directory(doomed);
  request.directory = doomed;
  request.remove_at_end = {doomed};
  GuardedRun run(request);
  run.WaitForEnd();
  EXPECT_EQ(run.err(), "");
  EXPECT_FALSE(std::filesystem::exists(doomed));
  EXPECT_TRUE(std::filesystem::exists(outside));
}

}  // namespace
}  // namespace twelve

#include "harness/os/posix/posix_process_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/os/posix/posix_socket_host.h"
#include "harness/os/posix/proc_files.h"
#include "harness/os/posix/testdata/guarded_run.h"

namespace twelve {
namespace {

TEST(ProcStat, ReadsNamesThatLookLikeFields) {
  const auto stat = ParseProcStat(
      "42 (a) R 1 (b)) S 7 8 9 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 3 0 123456 1000 25 1 2\n");
  ASSERT_TRUE(stat.has_value());
  EXPECT_EQ(stat->name, "a) R 1 (b)");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 7);
  EXPECT_EQ(stat->group, 8);
  EXPECT_EQ(stat->session, 9);
  EXPECT_EQ(stat->cpu_ticks, 200U);
  EXPECT_EQ(stat->threads, 3);
  EXPECT_EQ(stat->start_ticks, 123456U);
  EXPECT_EQ(stat->rss_pages, 25U);
}

TEST(ProcStat, RefusesWhatIsCutOff) {
  EXPECT_FALSE(ParseProcStat("").has_value());
  EXPECT_FALSE(ParseProcStat("42 (a) S 7 8").has_value());
  EXPECT_FALSE(ParseProcStat("42 a S 7 8 9").has_value());
}

TEST(PosixProcessTable, DescribesThisProcess) {
  const std::vector<ProcessInfo> tree = PosixProcessTable().Tree(getpid(), true);
  ASSERT_FALSE(tree.empty());
  const ProcessInfo& self = tree.front();
  EXPECT_EQ(self.pid, getpid());
  EXPECT_EQ(self.parent, getppid());
  EXPECT_EQ(self.group, getpgrp());
  EXPECT_EQ(self.state, 'R');
  EXPECT_GT(self.rss_bytes, 0U);
  EXPECT_GE(self.threads, 1);
  EXPECT_GE(self.open_files, 3);
  EXPECT_THAT(self.command, testing::HasSubstr("twelve_os_posix_test"));
  EXPECT_EQ(PosixProcessTable().Tree(getpid(), false).front().open_files, -1);
}

TEST(PosixProcessTable, FindsAWholeTreeParentsFirst) {
  GuardedRun run(GuardedRun::Shell("sleep 1000 & setsid sh -c 'sleep 1001 & wait' & wait"));
  const pid_t guardian = run.process().guardian_pid();
  const PosixProcessTable table;
  const auto whole = [&] {
    const std::vector<ProcessInfo> tree = table.Tree(guardian, false);
    std::size_t sleeps = 0;
    for (const ProcessInfo& process : tree) sleeps += process.command.starts_with("sleep ");
    return tree.size() == 5 && sleeps == 2;
  };
  ASSERT_TRUE(run.WaitUntil(whole));
  const std::vector<ProcessInfo> tree = table.Tree(guardian, false);
  EXPECT_EQ(tree[0].pid, guardian);
  EXPECT_EQ(tree[1].pid, run.Find<Started>()->pid);
  EXPECT_EQ(tree[1].start_ticks, run.Find<Started>()->start_ticks);
  for (std::size_t i = 1; i < tree.size(); ++i) {
    const auto parent = std::find_if(tree.begin(), tree.end(), [&](const ProcessInfo& other) {
      return other.pid == tree[i].parent;
    });
    EXPECT_LT(parent - tree.begin(), static_cast<std::ptrdiff_t>(i));
  }
  EXPECT_EQ(table.Forest({guardian, tree[1].pid}, false).size(), 5U);  // each stands there once
  ASSERT_TRUE(run.process().KillAll());
  run.WaitForEnd();
  EXPECT_TRUE(table.Tree(tree[1].pid, false).empty());
}

TEST(PosixProcessTable, FindsWhoListensWhere) {
  PosixSocketHost sockets;
  const Result<UniqueFd> listener = sockets.Listen("127.0.0.1", 0, 1);
  ASSERT_TRUE(listener.ok());
  const std::uint16_t port = sockets.LocalPort(listener.value().get());
  const std::vector<ListeningSocket> found = PosixProcessTable().Listeners({getpid()});
  const auto ours = std::find_if(found.begin(), found.end(),
                                 [&](const ListeningSocket& each) { return each.port == port; });
  ASSERT_NE(ours, found.end());
  EXPECT_EQ(ours->pid, getpid());
  EXPECT_EQ(ours->address, "127.0.0.1");
}

TEST(PosixProcessTable, ShowsVersion6Addresses) {
  PosixSocketHost sockets;
  const Result<UniqueFd> listener = sockets.Listen("::1", 0, 1);
  if (!listener) GTEST_SKIP() << "no IPv6 on this machine: " << listener.error().message;
  const std::uint16_t port = sockets.LocalPort(listener.value().get());
  bool seen = false;
  for (const ListeningSocket& each : PosixProcessTable().Listeners({getpid()})) {
    if (each.port == port) {
      seen = true;
      EXPECT_EQ(each.address, "::1");
    }
  }
  EXPECT_TRUE(seen);
}

TEST(PosixProcessTable, AProcessThatIsGoneIsLeftOut) {
  const pid_t nobody = 1 << 22;  // the kernel gives out smaller numbers only
  EXPECT_TRUE(PosixProcessTable().Tree(nobody, true).empty());
  EXPECT_TRUE(PosixProcessTable().Listeners({nobody}).empty());
}

}  // namespace
}  // namespace twelve

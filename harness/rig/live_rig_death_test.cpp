#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "harness/os/posix/posix_process_table.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Launched {
  pid_t guardian = 0, pid = 0;
  char directory[512] = {};
};

/// Starts a program and a directory, tells of them, and waits to be killed.
[[noreturn]] void LiveUntilKilled(int tell, const std::string& temporary_root) {
  LiveRigOptions options;
  options.temporary_root = temporary_root;
  auto rig = LiveRig::Create(std::move(options));
  if (!rig) ::_exit(1);
  ProcessSpec spec;
  spec.name = "app.1";
  spec.command.argv = {"/bin/sh", "-c", "trap '' TERM HUP; setsid sleep 1000 & sleep 1000"};
  auto directory = (*rig)->MakeDirectory("work");
  auto app = (*rig)->Launch(spec);
  if (!directory || !app) ::_exit(1);
  const auto started = [&] { return (*app)->Tree().size() >= 3; };
  if (!(*rig)->WaitUntil(started, Deadline::After((*rig)->clock(), seconds(30)))) ::_exit(1);
  Launched launched;
  launched.guardian = (*app)->Snapshot().guardian;
  launched.pid = (*app)->Snapshot().pid;
  directory->copy(launched.directory, sizeof launched.directory - 1);
  if (::write(tell, &launched, sizeof launched) < 0) ::_exit(1);
  for (;;) ::pause();
}

TEST(LiveRigDeath, AKilledRigLeavesNoProcessAndNoDirectory) {
  int told[2];
  ASSERT_EQ(::pipe(told), 0);
  const std::string root = testing::TempDir();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) LiveUntilKilled(told[1], root);
  ::close(told[1]);
  Launched launched;
  ASSERT_EQ(::read(told[0], &launched, sizeof launched), static_cast<ssize_t>(sizeof launched));
  ::close(told[0]);
  const PosixProcessTable table;
  EXPECT_GE(table.Tree(launched.guardian, false).size(), 4u);
  const auto rig_directory = std::filesystem::path(launched.directory).parent_path();
  EXPECT_TRUE(std::filesystem::is_directory(rig_directory));

  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const SystemClock clock;
  const Deadline deadline = Deadline::After(clock, seconds(30));
  const auto left = [&] {
    return !table.Tree(launched.guardian, false).empty() ||
           !table.Tree(launched.pid, false).empty() || std::filesystem::exists(rig_directory);
  };
  while (left() && !deadline.Passed(clock)) std::this_thread::sleep_for(milliseconds(2));
  EXPECT_TRUE(table.Tree(launched.guardian, false).empty());
  EXPECT_TRUE(table.Tree(launched.pid, false).empty());
  EXPECT_FALSE(std::filesystem::exists(rig_directory));
}

}  // namespace
}  // namespace twelve

#include "harness/process/resource_sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ProcessInfo Process(pid_t pid, std::uint64_t start_ticks, Duration cpu) {
  ProcessInfo info;
  info.pid = pid;
  info.start_ticks = start_ticks;
  info.cpu = cpu;
  info.rss_bytes = 1000;
  info.threads = 2;
  info.open_files = 5;
  return info;
}

const TimePoint kBegin = TimePoint(std::chrono::hours(1));

TEST(ResourceSampler, TheFirstLookKnowsNoCpu) {
  const TreeUsage first = UsageBetween({}, kBegin, {Process(1, 10, seconds(99))});
  EXPECT_EQ(first.cpu_percent, 0);
  EXPECT_EQ(first.processes, 1);
  EXPECT_EQ(first.rss_bytes, 1000u);
}

TEST(ResourceSampler, CpuIsWhatWasUsedInBetween) {
  const TreeUsage first =
      UsageBetween({}, kBegin, {Process(1, 10, seconds(1)), Process(2, 11, seconds(5))});
  const TreeUsage second = UsageBetween(first, kBegin + seconds(2),
                                        {Process(1, 10, seconds(2)), Process(2, 11, seconds(7))});
  EXPECT_DOUBLE_EQ(second.each[0].cpu_percent, 50);
  EXPECT_DOUBLE_EQ(second.each[1].cpu_percent, 100);
  EXPECT_DOUBLE_EQ(second.cpu_percent, 150);
  EXPECT_EQ(second.threads, 4);
  EXPECT_EQ(second.open_files, 10);
}

TEST(ResourceSampler, AReusedPidIsANewProcess) {
  const TreeUsage first = UsageBetween({}, kBegin, {Process(1, 10, seconds(1))});
  const TreeUsage second = UsageBetween(first, kBegin + seconds(1), {Process(1, 77, seconds(9))});
  EXPECT_EQ(second.cpu_percent, 0);
}

TEST(ResourceSampler, FilesThatMayNotBeLookedAtCountAsNone) {
  ProcessInfo secret = Process(1, 10, {});
  secret.open_files = -1;
  EXPECT_EQ(UsageBetween({}, kBegin, {secret, Process(2, 10, {})}).open_files, 5);
}

TEST(ResourceSampler, TimeThatStandsStillDividesNothing) {
  const TreeUsage first = UsageBetween({}, kBegin, {Process(1, 10, seconds(1))});
  EXPECT_EQ(UsageBetween(first, kBegin, {Process(1, 10, seconds(2))}).cpu_percent, 0);
}

class FakeTable final : public ProcessTable {
 public:
  std::vector<ProcessInfo> Tree(pid_t, bool) const override { return tree; }
  std::vector<ListeningSocket> Listeners(const std::vector<pid_t>&) const override { return {}; }
  std::vector<ProcessInfo> tree;
};

TEST(ResourceSampler, LeavesTheGuardianOutAndRemembersTheSampleBefore) {
  FakeTable table;
  FakeClock clock;
  ResourceSampler sampler(table, clock);
  table.tree = {Process(9, 1, seconds(1)), Process(10, 2, seconds(1))};
  EXPECT_EQ(sampler.Sample(9, true).processes, 1);
  clock.Advance(seconds(1));
  table.tree = {Process(9, 1, seconds(2)), Process(10, 2, milliseconds(1250))};
  EXPECT_DOUBLE_EQ(sampler.Sample(9, true).cpu_percent, 25);
  sampler.Forget(9);
  clock.Advance(seconds(1));
  EXPECT_EQ(sampler.Sample(9, true).cpu_percent, 0);
}

}  // namespace
}  // namespace twelve

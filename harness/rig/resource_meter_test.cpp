#include "harness/rig/resource_meter.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ProcessInfo Process(pid_t pid, std::uint64_t start, Duration cpu) {
  ProcessInfo info;
  info.pid = pid;
  info.start_ticks = start;
  info.cpu = cpu;
  info.rss_bytes = 1000;
  info.threads = 2;
  info.open_files = pid == 3 ? -1 : 5;
  return info;
}

TEST(ResourceMeter, AddsUpATree) {
  ResourceMeter meter;
  const TimePoint start = TimePoint(seconds(10));
  const auto first = meter.Add({Process(1, 1, seconds(3)), Process(3, 1, seconds(1))}, start);
  EXPECT_EQ(first.cpu_percent, 0);
  EXPECT_EQ(first.rss_bytes, 2000u);
  EXPECT_EQ(first.processes, 2);
  EXPECT_EQ(first.threads, 4);
  EXPECT_EQ(first.open_files, 5);
  const auto second =
      meter.Add({Process(1, 1, seconds(3) + milliseconds(500)), Process(3, 1, seconds(2))},
                start + seconds(1));
  EXPECT_DOUBLE_EQ(second.cpu_percent, 150);
}

TEST(ResourceMeter, AReusedPidIsAnotherProcess) {
  ResourceMeter meter;
  const TimePoint start = TimePoint(seconds(10));
  meter.Add({Process(7, 1, seconds(50))}, start);
  const auto sample = meter.Add({Process(7, 2, milliseconds(100))}, start + seconds(1));
  EXPECT_DOUBLE_EQ(sample.cpu_percent, 10);
}

TEST(ResourceMeter, AnEndedProcessTakesNothingBack) {
  ResourceMeter meter;
  const TimePoint start = TimePoint(seconds(10));
  meter.Add({Process(1, 1, seconds(1)), Process(2, 1, seconds(9))}, start);
  const auto sample = meter.Add({Process(1, 1, seconds(2))}, start + seconds(2));
  EXPECT_DOUBLE_EQ(sample.cpu_percent, 50);
}

}  // namespace
}  // namespace twelve

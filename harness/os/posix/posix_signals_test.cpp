#include "harness/os/posix/posix_signals.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#include "harness/os/posix/posix_event_loop.h"

namespace twelve {
namespace {

TEST(PosixSignals, ArriveOnTheLoopWhichMayEndTheirWatch) {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  PosixSignals::BlockEndSignals();
  const SystemClock clock;
  Result<std::unique_ptr<EventLoop>> made = PosixEventLoop::Create(clock);
  ASSERT_TRUE(made.ok());
  EventLoop& loop = **made;
  loop.After(std::chrono::seconds(30), [&] { loop.Stop(); });
  std::vector<int> seen;
  std::unique_ptr<PosixSignals> signals;
  auto created = PosixSignals::Create(loop, [&](int signal) {
    seen.push_back(signal);
    if (seen.size() == 2) {
      signals.reset();
      loop.Stop();
    }
  });
  ASSERT_TRUE(created.ok()) << created.error().message;
  signals = std::move(created).value();
  // To this thread, not to the process: a sanitizer's own thread must not get it.
  pthread_kill(pthread_self(), SIGTERM);
  pthread_kill(pthread_self(), SIGHUP);
  loop.Run();
  EXPECT_EQ(seen, (std::vector<int>{SIGHUP, SIGTERM}));  // the kernel gives the lowest first
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace twelve

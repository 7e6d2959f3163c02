#include "factors/08_concurrency/parts/bounded_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

namespace twelve {
namespace {

TEST(BoundedRunner, RunsAllAndNeverMoreThanItsPlaces) {
  std::atomic<int> now{0}, most{0}, done{0};
  {
    BoundedRunner runner(3);
    for (int i = 0; i < 60; ++i) {
      runner.Run([&] {
        const int running = ++now;
        int seen = most;
        while (seen < running && !most.compare_exchange_weak(seen, running)) {
        }
        std::this_thread::yield();
        --now;
        ++done;
      });
    }
  }
  EXPECT_EQ(done, 60);
  EXPECT_LE(most, 3);
}

TEST(BoundedRunner, FillsAllItsPlacesAtOnce) {
  constexpr int kPlaces = 4;
  BoundedRunner runner(kPlaces);
  Mutex mutex;
  CondVar changed;
  int there = 0;
  for (int i = 0; i < kPlaces; ++i) {
    // Each waits for all the others: with a place less, this would not end.
    runner.Run([&] {
      MutexLock lock(mutex);
      ++there;
      changed.NotifyAll();
      while (there < kPlaces) changed.Wait(mutex);
    });
  }
  EXPECT_TRUE(runner.WaitForAll(std::chrono::steady_clock::now() + std::chrono::seconds(30)));
  EXPECT_EQ(runner.Running(), 0);
}

TEST(BoundedRunner, WaitsNoLongerThanItMay) {
  BoundedRunner runner(1);
  Mutex mutex;
  CondVar changed;
  bool open = false;
  runner.Run([&] {
    MutexLock lock(mutex);
    while (!open) changed.Wait(mutex);
  });
  EXPECT_FALSE(runner.WaitForAll(std::chrono::steady_clock::now()));
  EXPECT_EQ(runner.Running(), 1);
  {
    MutexLock lock(mutex);
    open = true;
    changed.NotifyAll();
  }
  runner.WaitForPlace();
  EXPECT_EQ(runner.Running(), 0);
}

}  // namespace
}  // namespace twelve

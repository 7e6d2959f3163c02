#include "factors/07_port_binding/parts/elastic_threads.h"

#include <gtest/gtest.h>

#include <atomic>

namespace twelve {
namespace {

/// Lets a number of threads meet: each waits until all have come.
class Meeting {
 public:
  explicit Meeting(int expected) : missing_(expected) {}
  void Come() {
    MutexLock lock(mutex_);
    --missing_;
    all_came_.NotifyAll();
    while (missing_ > 0) all_came_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar all_came_;
  int missing_ TWELVE_GUARDED_BY(mutex_);
};

TEST(ElasticThreads, GivesEachPieceOfWorkAThreadOfItsOwn) {
  SystemClock clock;
  ElasticThreads threads(8, clock);
  Meeting meeting(8);
  std::atomic<int> done = 0;
  for (int i = 0; i < 8; ++i) {
    threads.Run([&] {
      meeting.Come();  // would never end with fewer than eight threads
      ++done;
    });
  }
  threads.Join();
  EXPECT_EQ(done, 8);
}

TEST(ElasticThreads, LetsWorkWaitBeyondTheMost) {
  SystemClock clock;
  ElasticThreads threads(2, clock);
  Meeting both_busy(3);
  Meeting leave(3);
  std::atomic<int> done = 0;
  for (int i = 0; i < 2; ++i) {
    threads.Run([&] {
      both_busy.Come();
      leave.Come();
      ++done;
    });
  }
  both_busy.Come();
  EXPECT_FALSE(threads.Saturated());
  threads.Run([&] { ++done; });
  EXPECT_TRUE(threads.Saturated());
  leave.Come();
  threads.Join();
  EXPECT_EQ(done, 3);
}

TEST(ElasticThreads, DoesAllWorkHoweverItComes) {
  SystemClock clock;
  ElasticThreads threads(4, clock);
  std::atomic<int> done = 0;
  for (int i = 0; i < 2'000; ++i) {
    threads.Run([&] { ++done; });
  }
  threads.Join();
  EXPECT_EQ(done, 2'000);
}

}  // namespace
}  // namespace twelve

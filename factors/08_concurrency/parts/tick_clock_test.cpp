#include "factors/08_concurrency/parts/tick_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "tests/support/memory_job_queue.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class NoEvents final : public EventSink {
 public:
  void Write(const Event& /*event*/) override {}
  std::uint64_t Dropped() const override { return 0; }
};

WallTime At(std::int64_t ms) {
  return WallTime(milliseconds(ms));
}

TEST(TickClock, TicksAtMultiplesOfTheInterval) {
  EXPECT_EQ(TickClock::Next(At(0), seconds(30)), At(30'000));
  EXPECT_EQ(TickClock::Next(At(29'999), seconds(30)), At(30'000));
  EXPECT_EQ(TickClock::Next(At(30'000), seconds(30)), At(60'000));
  EXPECT_EQ(TickClock::Next(At(1'700'000'001'250), milliseconds(500)), At(1'700'000'001'500));
}

TEST(TickClock, TheKeyIsTheTimeOfTheTick) {
  EXPECT_EQ(TickClock::Key(At(1'700'000'010'000)), "tick:2023-11-14T22:13:30Z");
  EXPECT_EQ(TickClock::Key(At(1'700'000'010'250)), "tick:2023-11-14T22:13:30.250Z");
}

TEST(TickClock, TwoClocksMakeOneJobForEachTick) {
  const SystemClock clock;
  MemoryJobQueue queue;
  NoEvents events;
  const Job job{{}, "count", R"({"key":"ticks"})", {}, {}, 0};
  TickClock one(job, milliseconds(50), queue, events, clock);
  TickClock other(job, milliseconds(50), queue, events, clock);
  one.Start();
  other.Start();
  const TimePoint until = clock.Now() + seconds(30);
  while ((one.ticks() < 3 || other.ticks() < 3) && clock.Now() < until) std::this_thread::yield();
  for (TickClock* ticking : {&one, &other}) {
    ticking->StopAccepting();
    pollfd change{ticking->change_fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&change, 1, 30'000), 1);
    EXPECT_EQ(ticking->Open(), 0);
    EXPECT_GE(ticking->ticks(), 3);
  }
  // Each key is there once: the queue has no more jobs than the one that ticked more often, give
  // or take a tick that only one of them saw.
  const std::int64_t jobs = queue.Depth()->queued;
  EXPECT_LT(jobs, one.ticks() + other.ticks());
  std::set<std::string> keys;
  for (std::int64_t id = 1; id <= jobs; ++id) {
    keys.insert((*queue.Find(std::to_string(id)))->job.idempotency_key);
  }
  EXPECT_EQ(static_cast<std::int64_t>(keys.size()), jobs);
}

TEST(TickClock, TriesAgainUntilTheQueueIsThere) {
  const SystemClock clock;
  MemoryJobQueue queue;
  NoEvents events;
  queue.SetAway(true);
  TickClock ticking({{}, "count", "{}", {}, {}, 0}, milliseconds(20), queue, events, clock);
  ticking.Start();
  queue.SetAway(false);
  const TimePoint until = clock.Now() + seconds(30);
  while (ticking.ticks() == 0 && clock.Now() < until) std::this_thread::yield();
  EXPECT_GT(ticking.ticks(), 0);
}

}  // namespace
}  // namespace twelve

#include "factors/08_concurrency/parts/tick_clock.h"

#include <fmt/chrono.h>
#include <sys/eventfd.h>

#include "factors/contracts/random_id.h"

namespace twelve {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

// Between two tries at a queue that is away.
constexpr milliseconds kPause(500);

}  // namespace

TickClock::TickClock(Job job, Duration interval, JobQueue& queue, EventSink& events,
                     const Clock& clock)
    : job_(std::move(job)),
      interval_(interval),
      queue_(queue),
      events_(events),
      clock_(clock),
      change_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

TickClock::~TickClock() {
  StopAccepting();
  if (thread_.joinable()) thread_.join();
}

WallTime TickClock::Next(WallTime now, Duration interval) {
  const auto since = duration_cast<Duration>(now.time_since_epoch());
  return WallTime(duration_cast<WallTime::duration>((since / interval + 1) * interval));
}

std::string TickClock::Key(WallTime tick) {
  const auto ms = duration_cast<milliseconds>(tick.time_since_epoch()).count();
  const std::string second =
      fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
  return ms % 1000 == 0 ? fmt::format("tick:{}Z", second)
                        : fmt::format("tick:{}.{:03}Z", second, ms % 1000);
}

void TickClock::Start() {
  ticking_ = true;
  thread_ = std::thread([this] {
    Tick();
    ticking_ = false;
    ::eventfd_write(change_.get(), 1);
  });
}

void TickClock::StopAccepting() {
  stop_.Cancel();
}

void TickClock::Tick() {
  WallTime next = Next(clock_.WallNow(), interval_);
  // The wall clock may be set while we wait: then the tick comes early or late once, and its key
  // is still the key of that tick.
  while (!stop_.WaitFor(next - clock_.WallNow())) {
    const WallTime tick = next;
    next = Next(std::max(clock_.WallNow(), tick), interval_);
    Put(tick, next);
  }
}

void TickClock::Put(WallTime tick, WallTime next) {
  Job job = job_;
  job.idempotency_key = Key(tick);
  job.trace_id = RandomHex<16>();
  for (;;) {
    const Result<std::string> id = queue_.Put(job);
    if (id.ok()) {
      ++ticks_;
      events_.Write({"tick",
                     {{"idempotency_key", job.idempotency_key}, {"job_id", *id}},
                     EventLevel::kInfo,
                     job.trace_id});
      return;
    }
    events_.Write({"tick_failed",
                   {{"idempotency_key", job.idempotency_key}, {"reason", id.error().message}},
                   EventLevel::kError,
                   job.trace_id});
    if (clock_.WallNow() + kPause >= next || stop_.WaitFor(kPause)) return;
  }
}

}  // namespace twelve

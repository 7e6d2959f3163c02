#include "harness/load/load_schedule.h"

#include <algorithm>
#include <cmath>

namespace twelve {
namespace {

constexpr double kNanosPerSecond = 1e9;

Duration Nanos(double seconds) {
  // A year is far enough for a gap; more would overflow the clock.
  return Duration(std::llround(std::min(seconds, 3.2e7) * kNanosPerSecond));
}

}  // namespace

LoadSchedule::LoadSchedule(Gaps gaps, double per_second, std::uint64_t seed, TimePoint start)
    : gaps_(gaps), rate_(per_second), random_(seed), base_(start), next_(start) {
  if (rate_ <= 0) {
    next_ = TimePoint::max();
  } else if (gaps_ == Gaps::kPoisson) {
    next_ = base_ + RandomGap();
  }
}

Duration LoadSchedule::RandomGap() {
  return Nanos(std::exponential_distribution<double>(rate_)(random_));
}

void LoadSchedule::Plan() {
  // Counted from the base, not from the moment before: rounding never adds up.
  next_ = base_ + Nanos(static_cast<double>(count_) / rate_);
}

void LoadSchedule::Advance() {
  if (next_ == TimePoint::max()) return;
  if (gaps_ == Gaps::kPoisson) {
    next_ += RandomGap();
  } else {
    ++count_;
    Plan();
  }
}

void LoadSchedule::SetRate(double per_second, TimePoint now) {
  if (per_second == rate_) return;
  const bool was_still = next_ == TimePoint::max();
  const double old_rate = rate_;
  rate_ = per_second;
  if (rate_ <= 0) {
    next_ = TimePoint::max();
    return;
  }
  if (gaps_ == Gaps::kPoisson) {
    next_ = now + RandomGap();  // the process has no memory: starting anew changes nothing
    return;
  }
  const TimePoint latest =
      was_still || next_ - base_ < Nanos(1 / old_rate) ? now : next_ - Nanos(1 / old_rate);
  base_ = std::max(latest, now - Nanos(1 / rate_));
  count_ = 1;
  Plan();
}

}  // namespace twelve

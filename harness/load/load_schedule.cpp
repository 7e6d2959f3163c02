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

LoadSchedule::LoadSchedule(Gaps gaps, RateProfile profile, std::uint64_t seed, TimePoint start)
    : gaps_(gaps), rate_(1), random_(seed), base_(start), profile_(std::move(profile)) {
  if (gaps_ == Gaps::kPoisson) number_ = std::exponential_distribution<double>()(random_);
  PlanOnProfile();
}

/// A Poisson process of a changing rate is one of rate 1 with its time bent by the profile.
void LoadSchedule::PlanOnProfile() {
  const std::optional<Duration> since = profile_->TimeOf(number_);
  next_ = since ? base_ + *since : TimePoint::max();
}

double LoadSchedule::RateAt(TimePoint when) const {
  return profile_ ? profile_->RateAt(when - base_) : rate_;
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
  if (profile_) {
    const bool random = gaps_ == Gaps::kPoisson;
    number_ += random ? std::exponential_distribution<double>()(random_) : 1;
    return PlanOnProfile();
  }
  if (gaps_ == Gaps::kPoisson) {
    next_ += RandomGap();
  } else {
    ++count_;
    Plan();
  }
}

void LoadSchedule::SetRate(double per_second, TimePoint now) {
  if (profile_) {
    profile_.reset();
    next_ = TimePoint::max();  // begins anew, from now on
  } else if (per_second == rate_) {
    return;
  }
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

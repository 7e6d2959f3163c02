#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "harness/base/clock.h"
#include "harness/load/rate_profile.h"

namespace twelve {

/// The planned moments of an open loop: at a constant rate, or with the exponential gaps of a
/// Poisson process. A planned moment is never skipped and never moved by what the service does.
///
/// Threads: one.
class LoadSchedule {
 public:
  enum class Gaps { kConstant, kPoisson };
  /// The first moment is `start`, or one gap after it for Poisson. A rate of 0 plans nothing.
  LoadSchedule(Gaps gaps, double per_second, std::uint64_t seed, TimePoint start);
  /// The same at a rate that changes.
  LoadSchedule(Gaps gaps, RateProfile profile, std::uint64_t seed, TimePoint start);

  /// The next planned moment; TimePoint::max() at rate 0.
  TimePoint next() const { return next_; }
  void Advance();
  /// From now on at this rate. Moments that would then lie before `now` are not made up for.
  /// REQUIRES: all moments until `now` were taken.
  void SetRate(double per_second, TimePoint now);
  double RateAt(TimePoint when) const;

 private:
  Duration RandomGap();
  void Plan();
  void PlanOnProfile();

  Gaps gaps_;
  double rate_;
  std::mt19937_64 random_;
  TimePoint base_;           // of the constant plan: moment n is base_ + n / rate_
  std::uint64_t count_ = 0;  // n of next_
  TimePoint next_;
  std::optional<RateProfile> profile_;  // until SetRate
  double number_ = 0;                   // of next_ in the profile
};

}  // namespace twelve

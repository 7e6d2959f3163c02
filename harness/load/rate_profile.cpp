#include "harness/load/rate_profile.h"

#include <cmath>

namespace twelve {

std::optional<Duration> RateProfile::TimeOf(double number) const {
  Duration begin{};
  for (const LoadPhase& phase : phases_) {
    const double length = ToSeconds(phase.lasts);
    const double count = (phase.from_per_second + phase.to_per_second) / 2 * length;
    if (count > 0 && number < count) {
      // The root of slope / 2 t^2 + from t = number, in the form that also holds for slope 0.
      const double slope = (phase.to_per_second - phase.from_per_second) / length;
      const double root = std::sqrt(
          std::max(0.0, phase.from_per_second * phase.from_per_second + 2 * slope * number));
      const double divisor = phase.from_per_second + root;
      const double seconds = divisor > 0 ? 2 * number / divisor : 0;
      return begin + Duration(std::llround(seconds * 1e9));
    }
    number -= count;
    begin += phase.lasts;
  }
  return std::nullopt;
}

double RateProfile::RateAt(Duration since) const {
  for (const LoadPhase& phase : phases_) {
    if (since < phase.lasts) {
      const double part = ToSeconds(since) / ToSeconds(phase.lasts);
      return phase.from_per_second + (phase.to_per_second - phase.from_per_second) * part;
    }
    since -= phase.lasts;
  }
  return 0;
}

}  // namespace twelve

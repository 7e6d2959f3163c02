#pragma once

#include <optional>
#include <vector>

#include "harness/load/load_plan.h"

namespace twelve {

/// A rate that changes over time, and the moments that follow from it: request number n is due when
/// the area under the rate reaches n. Pure.
///
/// Threads: one.
class RateProfile {
 public:
  explicit RateProfile(std::vector<LoadPhase> phases) : phases_(std::move(phases)) {}

  /// Since the begin; nothing if the phases are over before.
  std::optional<Duration> TimeOf(double number) const;
  /// At that time since the begin; 0 after the last phase.
  double RateAt(Duration since) const;

 private:
  std::vector<LoadPhase> phases_;
};

}  // namespace twelve

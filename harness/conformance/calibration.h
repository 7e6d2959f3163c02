#pragma once

#include <string>

#include "harness/conformance/engine.h"

namespace twelve {

/// The median start of the reference service on a quiet machine with two cores, from launch to
/// first answer. Measured in the Dev build.
inline constexpr double kNominalStartMs = 40;

/// How much slower than nominal this machine is now: starts the reference service three times.
/// Never below 1; 1 when the service is not there or does not start.
Calibration Calibrate(const MakeRig& make_rig, const std::string& service_path);

/// max(1, median / nominal). Pure.
Calibration CalibrationFrom(const std::vector<double>& start_ms);

}  // namespace twelve

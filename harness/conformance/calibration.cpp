#include "harness/conformance/calibration.h"

#include <algorithm>

#include "harness/conformance/repetition.h"
#include "harness/conformance/target_launch.h"

namespace twelve {

Calibration Calibrate(const MakeRig& make_rig, const std::string& service_path) {
  Result<std::unique_ptr<Rig>> rig = make_rig();
  if (!rig) return {};
  Target target;
  target.name = "twelve-service";
  target.command = ShellQuote({service_path, "web"});
  target.health_path = "/health";
  target.environment = {{"HOST", "127.0.0.1"}};
  target.ready_timeout = std::chrono::seconds(10);
  const Capabilities none;
  const Calibration unit;
  CheckContext context{**rig, target, none, unit};
  std::vector<double> start_ms;
  for (int i = 0; i < kRepetitions; ++i) {
    Observation ignored;
    BootResult boot;
    const std::optional<LaunchedTarget> launched = LaunchReady(context, {}, ignored, &boot);
    if (!launched) return {};
    start_ms.push_back(boot.ready_ms);
  }
  return CalibrationFrom(start_ms);
}

Calibration CalibrationFrom(const std::vector<double>& start_ms) {
  if (start_ms.empty()) return {};
  return {std::max(1.0, Median(start_ms) / kNominalStartMs)};
}

}  // namespace twelve

#pragma once

#include <memory>

#include "factors/experiment.h"

namespace twelve {

/// Factor IX live: three web processes under a steady open-loop load, stopped, killed, frozen and
/// scaled while requests are counted.
std::unique_ptr<Experiment> MakeDisposabilityExperiment(const ProgramPaths& programs);

}  // namespace twelve

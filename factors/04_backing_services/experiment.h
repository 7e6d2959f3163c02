#pragma once

#include <memory>

#include "factors/experiment.h"

namespace twelve {

/// Factor IV live: one web process whose database and cache are plugged into others, refused,
/// silenced and restarted while it is asked.
std::unique_ptr<Experiment> MakeBackingServicesExperiment(const ProgramPaths& programs);

}  // namespace twelve

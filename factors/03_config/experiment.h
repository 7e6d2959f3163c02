#pragma once

#include <memory>

#include "factors/experiment.h"

namespace twelve {

/// Factor III live: one build in two environments, a change of config as a release, files that lie
/// beside it, missing variables, and a map of who can see a secret.
std::unique_ptr<Experiment> MakeConfigExperiment(const ProgramPaths& programs);

}  // namespace twelve

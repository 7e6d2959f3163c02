#pragma once

#include <memory>

#include "factors/experiment.h"

namespace twelve {

/// Factor X live: development and production on databases of one kind, one search on two kinds, and
/// a feature that reaches users by percent instead of by environment.
std::unique_ptr<Experiment> MakeDevProdParityExperiment(const ProgramPaths& programs);

}  // namespace twelve

#pragma once

#include <memory>

#include "factors/experiment.h"

namespace twelve {

/// Factor VI live: a visitor with a session, a cart, an item and a file, and three equal web
/// processes that are killed, pinned, scaled away and replaced while she asks them what they know.
std::unique_ptr<Experiment> MakeProcessesExperiment(const ProgramPaths& programs);

}  // namespace twelve

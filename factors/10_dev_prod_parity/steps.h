#pragma once

#include <span>

#include "factors/lab/lab_experiment.h"

namespace twelve::parity {

/// In the order of the lesson.
std::span<const LabStep> Steps();

}  // namespace twelve::parity

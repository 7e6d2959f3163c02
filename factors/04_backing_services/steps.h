#pragma once

#include <span>

#include "factors/lab/lab_experiment.h"

namespace twelve::backing_services {

/// In the order of the lesson.
std::span<const LabStep> Steps();

}  // namespace twelve::backing_services

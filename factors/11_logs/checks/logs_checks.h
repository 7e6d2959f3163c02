#pragma once

#include <vector>

#include "harness/conformance/check.h"

namespace twelve {

/// The checks of factor XI, in the order of their ids.
std::vector<const Check*> LogsChecks();

}  // namespace twelve

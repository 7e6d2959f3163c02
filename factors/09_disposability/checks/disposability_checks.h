#pragma once

#include <vector>

#include "harness/conformance/check.h"

namespace twelve {

/// The checks of factor IX, in the order of their ids.
std::vector<const Check*> DisposabilityChecks();

}  // namespace twelve

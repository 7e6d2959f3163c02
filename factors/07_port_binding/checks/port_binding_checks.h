#pragma once

#include <vector>

#include "harness/conformance/check.h"

namespace twelve {

/// The checks of factor VII, in the order of their ids.
std::vector<const Check*> PortBindingChecks();

}  // namespace twelve

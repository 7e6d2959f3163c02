#pragma once

#include <span>
#include <vector>

#include "factors/factor.h"

namespace twelve {

/// The twelve, in order.
std::span<const Factor> Catalog();

/// Null unless 1 … 12.
const Factor* FindFactor(int number);

/// The checks of all factors, in the order of the factors.
std::vector<const Check*> AllChecks();

}  // namespace twelve

#pragma once

#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// Violation "bad-metrics": GET /metrics answers with what its author thinks the format is: labels
/// without quotes, names with dots, "n/a" for a number.
std::vector<HttpRoute> BreakMetrics(std::vector<HttpRoute> routes);

}  // namespace twelve

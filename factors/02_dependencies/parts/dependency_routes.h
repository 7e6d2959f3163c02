#pragma once

#include <string>
#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// GET /api/v1/dependencies: what is declared, with its exact version, and whether this process
/// has it loaded; and what it has loaded that nobody declared. `maps` gives the text of
/// /proc/self/maps, anew for each request.
std::vector<HttpRoute> DependencyRoutes(std::function<std::string()> maps);

/// That text.
std::string OwnMaps();

}  // namespace twelve

#pragma once

#include <string>
#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// GET /               what this is and where to look next
/// GET /delay/{ms}     answers after that time, up to 60000
/// GET /status/{code}  answers with that status, 200 to 599
/// GET /work/{cpu_ms}  answers after using that much processor time, up to 10000
/// Requests that are slow, fail or cost on purpose: what experiments and checks are made with.
std::vector<HttpRoute> PracticeRoutes(const std::string& service_name);

}  // namespace twelve

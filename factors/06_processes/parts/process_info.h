#pragma once

#include <string>
#include <vector>

#include "factors/contracts/http.h"
#include "harness/base/clock.h"

namespace twelve {

/// GET /api/v1/process: which of the many equal processes answered. Its id is drawn at the start
/// and means nothing after the end: nobody may depend on coming back to it (factor VI).
/// The clock must outlive the routes.
std::vector<HttpRoute> ProcessRoutes(std::string process_type, std::string release_id,
                                     const Clock& clock);

}  // namespace twelve

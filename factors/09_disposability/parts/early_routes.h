#pragma once

#include <vector>

#include "factors/contracts/http.h"
#include "harness/base/clock.h"

namespace twelve {

/// Violation of factor IX, "listen-before-ready": /health and /ready say that all is well from the
/// first moment on; everything else answers 503 for 3 seconds more, because it is still being made
/// ready. What a deploy sends there in that time fails. The clock must outlive the routes.
std::vector<HttpRoute> ReadyTooEarly(std::vector<HttpRoute> routes, const Clock& clock);

}  // namespace twelve

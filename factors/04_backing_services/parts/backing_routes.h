#pragma once

#include <vector>

#include "factors/04_backing_services/parts/backing_set.h"
#include "factors/contracts/http.h"

namespace twelve {

/// GET  /api/v1/backing                       each with state, latency and figures, asked just now
/// POST /api/v1/backing/{name}/detach
/// POST /api/v1/backing/{name}/attach {"url": "postgres://…"}
/// The last two change this process alone, and only when `may_change`: whoever may name a URL may
/// make the service talk to it. The set must outlive the routes.
std::vector<HttpRoute> BackingRoutes(BackingSet& set, bool may_change);

}  // namespace twelve

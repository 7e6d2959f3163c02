#pragma once

#include <functional>
#include <vector>

#include "factors/contracts/http.h"
#include "factors/contracts/termination.h"
#include "harness/base/result.h"

namespace twelve {

/// GET /health   is the process alive? 200 as long as it answers, also while it drains
/// GET /ready    should it get new work? 503 while it drains or when `check_resources` fails,
///               with its message: an operator wants to know what is missing
/// Two questions, because the answers lead to different deeds: kill it, or look away from it.
/// `drain` must outlive the routes.
std::vector<HttpRoute> HealthRoutes(const DrainState& drain,
                                    std::function<Status()> check_resources);

}  // namespace twelve

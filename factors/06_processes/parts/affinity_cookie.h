#pragma once

#include <string>
#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// Violation of factor VI, "affinity-cookie": answers about sessions carry SERVERID=<pid>, which
/// asks a balancer to send this user to this process from now on. When the process goes, so does
/// the ground on which the balancer decided.
std::vector<HttpRoute> AskForAffinity(std::vector<HttpRoute> routes);

}  // namespace twelve

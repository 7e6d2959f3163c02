#pragma once

#include <vector>

#include "factors/contracts/http.h"
#include "factors/contracts/session_store.h"

namespace twelve {

/// POST /api/v1/sessions {"user_id": "…", "data": {…}}   201 with the session
/// GET  /api/v1/sessions                                 how many there are, never whose
/// GET | PUT {…} | DELETE /api/v1/sessions/{id}          one of them
/// A store that does not answer is 503: the request may work on another try.
/// The store must outlive the routes.
std::vector<HttpRoute> SessionRoutes(SessionStore& store);

}  // namespace twelve

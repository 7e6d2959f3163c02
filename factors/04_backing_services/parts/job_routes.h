#pragma once

#include <vector>

#include "factors/contracts/http.h"
#include "factors/contracts/job_queue.h"

namespace twelve {

/// POST /api/v1/jobs {"kind": "…", "payload": {…}, "idempotency_key": "…"}
///      202 with the id, and its place in Location: it is a worker who does it. The header
///      Idempotency-Key stands in for a missing key.
/// GET  /api/v1/jobs        how many are queued, running, done, failed
/// GET  /api/v1/jobs/{id}   what became of one
/// A queue that does not answer is 503, and so is `queue` = null: none is attached. It must
/// outlive the routes.
std::vector<HttpRoute> JobRoutes(JobQueue* queue);

}  // namespace twelve

#pragma once

#include "factors/08_concurrency/parts/process_pool.h"
#include "factors/contracts/database.h"
#include "factors/contracts/job_handler.h"

namespace twelve {

/// The kinds of jobs of the reference service, and what their payload is:
///   hash  {"rounds": N}              computes; in the process pool
///   wait  {"ms": N}                  waits, and uses nothing
///   count {"key": "…", "ms": N}      waits (0 unless given), then counts `key` up by one, once for
///                                    each idempotency key, however often the job is delivered
///   fail  {}                         can never be done
/// The pool and the database must outlive them.
JobHandlers ServiceJobHandlers(ProcessPool& pool, Database& database, const Clock& clock);

}  // namespace twelve

#pragma once

#include "factors/contracts/database.h"
#include "factors/contracts/job_handler.h"

namespace twelve {

/// Computes a task, one line: ProcessPool::Run, or what stands in for it.
using Compute =
    std::function<Result<std::string>(const std::string& task, const Cancellation& cancel)>;

/// The kinds of jobs of the reference service, and what their payload is:
///   hash  {"rounds": N}              computes; by `compute`
///   wait  {"ms": N}                  waits, and uses nothing
///   count {"key": "…", "ms": N}      waits (0 unless given), then counts `key` up by one, once for
///                                    each idempotency key, however often the job is delivered
///   fail  {}                         can never be done
/// The database and the clock must outlive them.
JobHandlers ServiceJobHandlers(Compute compute, Database& database, const Clock& clock);

}  // namespace twelve

#pragma once

#include <functional>
#include <map>
#include <string>

#include "factors/contracts/cancellation.h"
#include "factors/contracts/job_queue.h"
#include "harness/base/result.h"

namespace twelve {

/// Does one job; its result is text for whoever asks for the job. It may be called twice for the
/// same job, also in two processes, and must leave the same effect.
///
/// Threads: called from many at once.
/// Errors:  kInvalid when the job can never be done; it is failed. Everything else is a reason to
///          try again later. A handler that gives up because of `cancel` returns kClosed.
using JobHandler = std::function<Result<std::string>(const Job& job, const Cancellation& cancel)>;

/// By the kind of job.
using JobHandlers = std::map<std::string, JobHandler, std::less<>>;

}  // namespace twelve

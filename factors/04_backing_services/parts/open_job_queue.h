#pragma once

#include <functional>
#include <memory>
#include <string>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/contracts/job_queue.h"
#include "harness/base/clock.h"

namespace twelve {

/// The queue that the URL names: sqlite:, postgres:// or redis://. Not connected yet; the clock
/// must outlive it.
/// Errors: kInvalid; the message completes "QUEUE_URL …", names the schemes that are known and
///         holds no part of the URL but its scheme.
Result<std::unique_ptr<JobQueue>> OpenJobQueue(const std::string& url,
                                               const BackingOptions& options, const Clock& clock);

/// For whoever validates the configuration.
Status CheckQueueUrl(const std::string& url);

/// What OpenJobQueue is, so that another one can stand in its place.
using JobQueueOpener = std::function<Result<std::unique_ptr<JobQueue>>(
    const std::string& url, const BackingOptions& options, const Clock& clock)>;

}  // namespace twelve

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/contracts/cache.h"
#include "factors/contracts/database.h"
#include "harness/base/clock.h"

namespace twelve {

/// Factor IV: the URL chooses the implementation, and nothing else does. The one place that knows
/// which schemes there are. What comes back is not connected yet; the clock must outlive it.
///
/// Errors: kInvalid; the message completes "DATABASE_URL …", names the schemes that are known and
/// holds no part of the URL but its scheme.
Result<std::unique_ptr<Database>> OpenDatabase(const std::string& url,
                                               const BackingOptions& options, const Clock& clock);
Result<std::unique_ptr<Cache>> OpenCache(const std::string& url, const BackingOptions& options,
                                         const Clock& clock);

/// For whoever validates the configuration.
Status CheckDatabaseUrl(const std::string& url);
Status CheckCacheUrl(const std::string& url);

/// What OpenDatabase and OpenCache are, so that another one can stand in their place.
using DatabaseOpener = std::function<Result<std::unique_ptr<Database>>(
    const std::string& url, const BackingOptions& options, const Clock& clock)>;
using CacheOpener = std::function<Result<std::unique_ptr<Cache>>(
    const std::string& url, const BackingOptions& options, const Clock& clock)>;

}  // namespace twelve

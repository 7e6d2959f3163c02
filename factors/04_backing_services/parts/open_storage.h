#pragma once

#include <functional>
#include <memory>
#include <string>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/contracts/object_storage.h"
#include "harness/base/clock.h"

namespace twelve {

/// The object storage that the URL names: file:/// or s3://. Not connected yet; the clock must
/// outlive it.
/// Errors: kInvalid; the message completes "STORAGE_URL …", names the schemes that are known and
///         holds no part of the URL but its scheme.
Result<std::unique_ptr<ObjectStorage>> OpenStorage(const std::string& url,
                                                   const BackingOptions& options,
                                                   const Clock& clock);

/// For whoever validates the configuration.
Status CheckStorageUrl(const std::string& url);

/// What OpenStorage is, so that another one can stand in its place.
using StorageOpener = std::function<Result<std::unique_ptr<ObjectStorage>>(
    const std::string& url, const BackingOptions& options, const Clock& clock)>;

}  // namespace twelve

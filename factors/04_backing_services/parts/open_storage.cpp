#include "factors/04_backing_services/parts/open_storage.h"

#include <fmt/format.h>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/directory_storage.h"
#include "factors/04_backing_services/parts/s3_storage.h"

namespace twelve {

Status CheckStorageUrl(const std::string& url) {
  const std::string scheme = SchemeOf(url);
  if (scheme == "s3") {
    const Result<S3Location> location = ParseS3Url(url);
    return location ? Status() : location.error();
  }
  if (scheme == "file") {
    const Result<std::string> path = ParseFileUrl(url);
    return path ? Status() : path.error();
  }
  constexpr const char* kKnown = "file, s3";
  if (scheme.empty()) return InvalidError(fmt::format("is no URL; known schemes are {}", kKnown));
  return InvalidError(
      fmt::format("has the scheme \"{}\", which is not known; known are {}", scheme, kKnown));
}

Result<std::unique_ptr<ObjectStorage>> OpenStorage(const std::string& url,
                                                   const BackingOptions& options,
                                                   const Clock& clock) {
  if (Status status = CheckStorageUrl(url); !status) return status.error();
  if (SchemeOf(url) == "s3") {
    Result<S3Location> location = ParseS3Url(url);
    if (!location) return location.error();
    return std::unique_ptr<ObjectStorage>(
        std::make_unique<S3Storage>(std::move(location).value(), options, clock));
  }
  Result<std::string> path = ParseFileUrl(url);
  if (!path) return path.error();
  return std::unique_ptr<ObjectStorage>(
      std::make_unique<DirectoryStorage>(std::move(path).value(), options, clock));
}

}  // namespace twelve

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// The commit that this binary was built from, "-dirty" behind it when files had been changed, or
/// "unknown". Built in, because a build must not be able to lie about its source later.
std::string_view BuiltFromCommit();

/// Factor V: a release is a build and a configuration, has an id of its own, and every process can
/// say which one it runs.
struct ReleaseIdentity {
  std::string service;
  std::string release_id;  // RELEASE_ID
  std::string commit;
};

/// GET /version.
std::vector<HttpRoute> VersionRoutes(const ReleaseIdentity& identity);

/// X-Release-Id and X-Commit: on every answer, so that a client sees a deploy change over.
std::vector<std::pair<std::string, std::string>> ReleaseHeaders(const ReleaseIdentity& identity);

}  // namespace twelve

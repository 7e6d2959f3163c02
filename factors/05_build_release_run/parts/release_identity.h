#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// Factor I: the commit that this binary was built from, "-dirty" behind it when a file had been
/// changed or added, or "unknown". Built in, because a build must not be able to lie about its
/// source later.
std::string_view BuiltFromCommit();
/// Whether the commit is all that went into this binary.
bool BuiltFromCleanTree();

/// Factor V: a release is a build and a configuration, has an id of its own, and every process can
/// say which one it runs: at /version, in every event and in the header of every answer.
struct ReleaseIdentity {
  std::string service;
  std::string release_id;  // RELEASE_ID
  std::string commit;
  bool clean_tree = false;
};

/// How a process names what it runs.
using NamesRelease = ReleaseIdentity (*)(std::string service, std::string release_id);
ReleaseIdentity NameRelease(std::string service, std::string release_id);
/// Violation of factor V, "constant-version": says 0.0.0 whatever it is, so that nobody can tell
/// two releases apart.
ReleaseIdentity NameNoRelease(std::string service, std::string release_id);

/// GET /version.
std::vector<HttpRoute> VersionRoutes(const ReleaseIdentity& identity);

/// X-Release-Id and X-Commit: on every answer, so that a client sees a deploy change over.
std::vector<std::pair<std::string, std::string>> ReleaseHeaders(const ReleaseIdentity& identity);

}  // namespace twelve

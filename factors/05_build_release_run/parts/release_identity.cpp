#include "factors/05_build_release_run/parts/release_identity.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

/// A header's value must not hold what ends a header.
std::string HeaderValue(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '_');
  return text;
}

}  // namespace

ReleaseIdentity NameRelease(std::string service, std::string release_id) {
  return {std::move(service), std::move(release_id), std::string(BuiltFromCommit()),
          BuiltFromCleanTree()};
}

ReleaseIdentity NameNoRelease(std::string service, std::string /*release_id*/) {
  return {std::move(service), "0.0.0", "0.0.0", false};
}

std::vector<HttpRoute> VersionRoutes(const ReleaseIdentity& identity) {
  const nlohmann::ordered_json json = {{"service", identity.service},
                                       {"release", identity.release_id},
                                       {"commit", identity.commit},
                                       {"clean_tree", identity.clean_tree}};
  return {{"GET",
           "/version",
           [body = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)](
               const HttpRequest&) {
             return HttpResponse{200, body};
           },
           {.summary = "Release, commit, and whether the commit is all that was built"}}};
}

std::vector<std::pair<std::string, std::string>> ReleaseHeaders(const ReleaseIdentity& identity) {
  return {{"X-Release-Id", HeaderValue(identity.release_id)},
          {"X-Commit", HeaderValue(identity.commit)}};
}

}  // namespace twelve

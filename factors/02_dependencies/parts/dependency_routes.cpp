#include "factors/02_dependencies/parts/dependency_routes.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "factors/02_dependencies/parts/dependency_manifest.h"
#include "factors/02_dependencies/parts/linked_libraries.h"

namespace twelve {
namespace {

bool Shows(const Dependency& row, const std::string& file) {
  return std::any_of(row.libraries.begin(), row.libraries.end(),
                     [&](const std::string& soname) { return IsLibraryFile(file, soname); });
}

HttpResponse Answer(const std::string& maps) {
  const std::vector<std::string> files = LibrariesOfMaps(maps);
  const DependencyManifest& manifest = ServiceDependencies();
  nlohmann::ordered_json declared = nlohmann::ordered_json::array();
  for (const Dependency& row : manifest.dependencies) {
    if (row.group == Dependency::Group::kTest) continue;
    const bool loaded = std::any_of(files.begin(), files.end(),
                                    [&](const std::string& file) { return Shows(row, file); });
    declared.push_back({{"name", row.name},
                        {"version", row.version},
                        {"through", row.through},
                        {"compiled_in", row.libraries.empty()},
                        {"loaded", loaded}});
  }
  nlohmann::ordered_json undeclared = nlohmann::ordered_json::array();
  for (const std::string& file : files) {
    const bool known = std::any_of(manifest.dependencies.begin(), manifest.dependencies.end(),
                                   [&](const Dependency& row) { return Shows(row, file); });
    if (!known) undeclared.push_back(file);
  }
  const nlohmann::ordered_json body = {
      {"distribution", manifest.distribution}, {"declared", declared}, {"undeclared", undeclared}};
  return {200, body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

}  // namespace

std::vector<HttpRoute> DependencyRoutes(std::function<std::string()> maps) {
  return {{"GET",
           "/api/v1/dependencies",
           [maps = std::move(maps)](const HttpRequest&) { return Answer(maps()); },
           {.summary = "What is declared and what this process has loaded"}}};
}

std::string OwnMaps() {
  std::stringstream text;
  text << std::ifstream("/proc/self/maps").rdbuf();
  return text.str();
}

}  // namespace twelve

#include "factors/02_dependencies/parts/dependency_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace twelve {
namespace {

using Group = Dependency::Group;

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Empty when the library may be there.
std::string FaultOf(const DependencyManifest& manifest, const std::string& library, bool linked) {
  const Dependency* row = manifest.FindLibrary(library);
  if (row == nullptr) {
    return fmt::format(
        "twelve-service loads {}, which no row of dependencies.json shows: declare the package "
        "that "
        "it comes from, with its exact version, or do not link it",
        library);
  }
  if (row->group == Group::kTest) {
    return fmt::format(
        "twelve-service loads {} of {}, which is declared for tests alone: a release does not have "
        "it",
        library, row->name);
  }
  if (linked && !row->through.empty()) {
    return fmt::format(
        "twelve-service links {} itself, and dependencies.json says that {} merely brings it: take "
        "\"through\" out of its row, or the next version of {} may take it away",
        library, row->through, row->through);
  }
  return {};
}

std::vector<std::string> Unused(const DependencyManifest& manifest, const LinkFacts& facts) {
  std::vector<std::string> names;
  for (const Dependency& row : manifest.dependencies) {
    if (row.libraries.empty()) continue;
    const bool used = std::any_of(row.libraries.begin(), row.libraries.end(),
                                  [&](const std::string& one) { return Holds(facts.loaded, one); });
    if (!used && row.group == Group::kRuntime) names.push_back(row.name);
  }
  return names;
}

std::vector<std::string> OtherVersions(const DependencyManifest& manifest, const LinkFacts& facts) {
  std::vector<std::string> differences;
  for (const Dependency& row : manifest.dependencies) {
    const auto found = facts.installed.find(row.name);
    if (found == facts.installed.end() || found->second == row.version) continue;
    differences.push_back(
        fmt::format("{} is {} here and {} there", row.name, found->second, row.version));
  }
  return differences;
}

}  // namespace

std::vector<DependencyFinding> CheckDependencies(const DependencyManifest& manifest,
                                                 const LinkFacts& facts, bool exact) {
  const bool ours = facts.distribution == manifest.distribution;
  std::vector<DependencyFinding> findings;
  for (const std::string& library : facts.loaded) {
    const std::string fault = FaultOf(manifest, library, Holds(facts.linked, library));
    if (!fault.empty()) findings.push_back({ours, fault});
  }
  if (const auto unused = Unused(manifest, facts); !unused.empty()) {
    findings.push_back({false, fmt::format("dependencies.json declares what twelve-service does "
                                           "not load: {}",
                                           fmt::join(unused, ", "))});
  }
  if (const auto others = OtherVersions(manifest, facts); !others.empty()) {
    findings.push_back({ours && exact, fmt::format("versions differ from dependencies.json: {}",
                                                   fmt::join(others, "; "))});
  }
  if (!ours && !findings.empty()) {
    findings.push_back(
        {false, fmt::format("this is {}, and dependencies.json has the names and numbers of {}: "
                            "what differs is told and does not stop the build",
                            facts.distribution, manifest.distribution)});
  }
  return findings;
}

}  // namespace twelve

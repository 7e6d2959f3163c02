#include "factors/02_dependencies/parts/dependency_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include <nlohmann/json.hpp>

#include "harness/base/embedded_file.h"

namespace twelve {

std::span<const EmbeddedFile> DependencyFiles();

namespace {

using nlohmann::json;

std::string TextOf(const json& row, const char* member) {
  const auto found = row.find(member);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> TextsOf(const json& row, const char* member) {
  std::vector<std::string> texts;
  const auto found = row.find(member);
  if (found == row.end() || !found->is_array()) return texts;
  for (const json& text : *found) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

/// An exact version holds no sign of a range.
bool IsExact(const std::string& version) {
  return !version.empty() && version.find_first_of("<>=^*| ") == std::string::npos;
}

Result<Dependency> ReadRow(const json& row) {
  if (!row.is_object()) return InvalidError("a row of the dependencies is no object");
  Dependency dependency{TextOf(row, "name"),         TextOf(row, "version"),
                        Dependency::Group::kRuntime, TextsOf(row, "libraries"),
                        TextsOf(row, "headers"),     TextOf(row, "through")};
  if (dependency.name.empty()) return InvalidError("a dependency has no name");
  if (!IsExact(dependency.version)) {
    return InvalidError(fmt::format("the dependency {} has no exact version, but \"{}\"",
                                    dependency.name, dependency.version));
  }
  const std::string group = TextOf(row, "group");
  if (group != "runtime" && group != "test") {
    return InvalidError(
        fmt::format("the dependency {} is in the group \"{}\", and there are "
                    "\"runtime\" and \"test\"",
                    dependency.name, group));
  }
  if (group == "test") dependency.group = Dependency::Group::kTest;
  if (dependency.libraries.empty() && dependency.headers.empty()) {
    return InvalidError(fmt::format(
        "the dependency {} shows neither a library nor a header, so nothing can be compared",
        dependency.name));
  }
  return dependency;
}

}  // namespace

const Dependency* DependencyManifest::FindLibrary(std::string_view soname) const {
  for (const Dependency& row : dependencies) {
    if (std::find(row.libraries.begin(), row.libraries.end(), soname) != row.libraries.end()) {
      return &row;
    }
  }
  return nullptr;
}

const Dependency* DependencyManifest::FindHeader(std::string_view header) const {
  for (const Dependency& row : dependencies) {
    for (const std::string& begin : row.headers) {
      if (header.starts_with(begin)) return &row;
    }
  }
  return nullptr;
}

Result<DependencyManifest> ReadDependencyManifest(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("dependencies") ||
      !document["dependencies"].is_array()) {
    return InvalidError("the manifest is no JSON object with a list \"dependencies\"");
  }
  DependencyManifest manifest{TextOf(document, "distribution"), {}};
  std::set<std::string> names;
  for (const json& row : document["dependencies"]) {
    Result<Dependency> dependency = ReadRow(row);
    if (!dependency) return dependency.error();
    if (!names.insert(dependency->name).second) {
      return InvalidError(fmt::format("the dependency {} is declared twice", dependency->name));
    }
    manifest.dependencies.push_back(std::move(dependency).value());
  }
  for (const Dependency& row : manifest.dependencies) {
    if (!row.through.empty() && !names.contains(row.through)) {
      return InvalidError(fmt::format("the dependency {} comes through {}, which is not declared",
                                      row.name, row.through));
    }
  }
  return manifest;
}

const DependencyManifest& ServiceDependencies() {
  // The file is built in and tested: it is always read.
  static const DependencyManifest kManifest =
      ReadDependencyManifest(DependencyFiles().front().contents).value();
  return kManifest;
}

std::vector<std::string> ReleaseContents(const DependencyManifest& manifest) {
  std::vector<std::string> contents = {"bin/twelve-service"};
  for (const Dependency& row : manifest.dependencies) {
    if (row.group == Dependency::Group::kTest) continue;
    for (const std::string& library : row.libraries) contents.push_back("lib/" + library);
  }
  return contents;
}

}  // namespace twelve

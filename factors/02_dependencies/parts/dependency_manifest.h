#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// One package that the service needs, at the version that it was built and tested with.
struct Dependency {
  enum class Group { kRuntime, kTest };

  std::string name;     // of the package: "libfmt9"
  std::string version;  // as the distribution numbers it, exactly
  Group group = Group::kRuntime;
  std::vector<std::string> libraries;  // sonames; empty when its headers are compiled in
  std::vector<std::string> headers;    // how an #include of it begins
  std::string through;                 // the package that brought it; empty when we asked for it
};

/// Factor II: everything that the service needs is declared by name and exact version, in the code
/// that needs it. What we ask for and what that brings along stand in one list, so that the list is
/// complete: nothing may be loaded that is not in it.
struct DependencyManifest {
  std::string distribution;  // "debian 12": its packages, its numbers
  std::vector<Dependency> dependencies;

  /// Null when nothing shows this library.
  const Dependency* FindLibrary(std::string_view soname) const;
  /// Null when nothing offers this header.
  const Dependency* FindHeader(std::string_view header) const;
};

/// Errors: kInvalid with a sentence that names the row.
Result<DependencyManifest> ReadDependencyManifest(std::string_view json);

/// dependencies.json, built in.
const DependencyManifest& ServiceDependencies();

/// What a release of the service holds: its program and the libraries of the runtime group. Tools
/// that only tests need are never in it.
std::vector<std::string> ReleaseContents(const DependencyManifest& manifest);

}  // namespace twelve

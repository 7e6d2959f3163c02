#pragma once

#include <map>
#include <string>
#include <vector>

#include "factors/02_dependencies/parts/dependency_manifest.h"

namespace twelve {

/// What a build made and where.
struct LinkFacts {
  std::vector<std::string> linked;  // sonames that the program itself asks for
  std::vector<std::string> loaded;  // sonames that the loader finds for it, all of them
  std::map<std::string, std::string> installed;  // versions by package
  std::string distribution;                      // "debian 12"
};

/// One sentence for whoever builds.
struct DependencyFinding {
  bool is_error = false;
  std::string text;
};

/// Compares what is declared with what is there. Pure.
///
/// An undeclared library is an error, and so is one of the test group: it works on this machine and
/// not where the release goes. A version that differs is an error only when `exact`: a release is
/// built that way, while a security update must be able to reach a laptop without a change of ours.
/// On another distribution nothing is an error, because it names and numbers the same libraries
/// otherwise.
std::vector<DependencyFinding> CheckDependencies(const DependencyManifest& manifest,
                                                 const LinkFacts& facts, bool exact);

}  // namespace twelve

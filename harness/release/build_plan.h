#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/process/command.h"

namespace twelve {

/// Commands that one shell runs in order; the first that fails ends the build.
struct BuildPhase {
  std::string name;  // "pre_build" "build" "post_build"
  std::vector<std::string> commands;
};

/// What a repository says of its build: `buildspec.json`, or "build" of `twelve.json`.
///
///   {
///     "environment": {"NODE_ENV": "production"},
///     "phases": {
///       "pre_build":  {"commands": ["npm ci"]},
///       "build":      {"commands": ["npm run build"]},
///       "post_build": {"commands": ["npm prune --omit=dev"]}
///     },
///     "cache": {"key": ["package-lock.json"], "paths": ["node_modules", "~/.npm"]}
///   }
///
/// Every field may be missing; a phase may also be a plain list of commands. Comments are allowed.
/// The phases run in the order above, each in a shell of its own (`sh -e`). "cache.paths" are kept
/// after pre_build and put back before the next one; "~/" is the build's HOME. "cache.key" names
/// the files whose bytes decide whether they still fit; unless set, the lock files of the
/// repository.
struct BuildPlan {
  std::string source;  // "buildspec.json", "twelve.json"; empty: the repository says nothing
  Environment environment;
  std::vector<BuildPhase> phases;  // all three, in order; those without commands are passed over
  std::vector<std::string> cache_key;
  std::vector<std::string> cache_paths;
};

/// The phases, in their order.
std::vector<std::string> BuildPhaseNames();

/// Reads one of the two files; `file` is its name. kInvalid names the field.
/// A twelve.json without "build" gives a plan without a source.
Result<BuildPlan> ParseBuildPlan(std::string_view text, const std::string& file);

/// Lock files that package managers write, in the order in which a manifest names them.
std::vector<std::string_view> KnownLockFiles();

/// What one shell runs for a phase: says each command before it runs it.
std::string ScriptOf(const BuildPhase& phase);

}  // namespace twelve

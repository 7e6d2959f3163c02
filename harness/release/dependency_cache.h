#pragma once

#include <optional>
#include <string>

#include "harness/base/result.h"
#include "harness/release/build_plan.h"
#include "harness/release/store_directory.h"

namespace twelve {

/// The lock files of a source tree and what their bytes hash to.
struct LockFiles {
  std::vector<std::string> names;  // those that are there
  std::string hash;                // of names and bytes; empty when there are none
};
LockFiles ReadLockFiles(const std::string& tree, const BuildPlan& plan);

/// Directories of dependencies, kept from one build to the next with the same lock files. It makes
/// builds faster and must not change what comes out: the commands of pre_build run in any case.
///
/// Threads: one build at a time. Owns: nothing.
/// Errors:  a cache that was changed or is broken is as good as none, and says so.
class DependencyCache {
 public:
  DependencyCache(const StoreDirectory& store, std::string tree, std::string home)
      : store_(store), tree_(std::move(tree)), home_(std::move(home)) {}

  /// Nothing when the plan has no paths to keep or there is no lock file.
  static std::optional<std::string> KeyOf(const LockFiles& locks, const BuildPlan& plan);

  /// True when all was put back. A path that the source already has is left alone.
  Result<bool> Restore(const std::string& key) const;
  /// Keeps the plan's paths under `key`, unless something is kept there.
  Status Keep(const std::string& key, const BuildPlan& plan) const;

 private:
  std::string Place(const std::string& path) const;

  const StoreDirectory& store_;
  std::string tree_;
  std::string home_;
};

}  // namespace twelve

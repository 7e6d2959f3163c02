#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/release/build_record.h"
#include "harness/release/release.h"
#include "harness/release/slug_store.h"
#include "harness/release/store_directory.h"

namespace twelve {

/// What gc did.
struct Collected {
  std::vector<std::string> slugs;  // removed
  int caches = 0;                  // removed
  std::uint64_t bytes = 0;
};

/// What verify looked at, and a sentence for each thing that is not as it was written.
struct StoreFindings {
  int releases = 0;
  int slugs = 0;
  int builds = 0;
  std::vector<std::string> problems;
};

/// The releases of a store and which of them each stage runs: its newest. A pointer beside them
/// remembers how far each stage has come, so that a release that somebody removed is missed.
///
/// Threads: any; several programs may use one store at a time.
/// Owns:    nothing.
/// Errors:  kDenied when a record was changed by somebody else: nothing is done with it.
///          A release that was not written whole is not there at all.
class ReleaseStore {
 public:
  ReleaseStore(const StoreDirectory& store, const Clock& clock)
      : store_(store), slugs_(store), clock_(clock) {}

  /// All, oldest first.
  Result<std::vector<Release>> All() const;
  /// By "v42" or by the name of a stage, which means what that stage runs.
  Result<Release> Find(const std::string& id_or_environment) const;
  /// The names of the stages that have a release, sorted.
  Result<std::vector<std::string>> Environments() const;

  // Each makes a release and points its stage to it. The slug must be whole.
  Result<Release> Create(const BuildRecord& build, const std::string& environment) const;
  Result<Release> Promote(int number, const std::string& environment) const;
  Result<Release> RollBack(const std::string& environment, int to) const;
  /// `because` becomes the reason; empty: what changed.
  Result<Release> ChangeConfig(const std::string& environment, const Config& set,
                               const std::vector<std::string>& unset,
                               const std::string& because) const;

  /// Removes slugs that no stage runs, none of the newest `keep` releases of a stage and none of
  /// the newest `keep` builds has, and that nobody runs now. Records stay: they are history.
  Result<Collected> Collect(int keep) const;
  /// Reads everything.
  Result<StoreFindings> Verify() const;

 private:
  using Plan = std::function<Result<Release>(const std::vector<Release>& history)>;
  Result<Release> Add(const Plan& plan) const;
  Result<int> LastPointed(const std::string& environment) const;
  nlohmann::json ToRecord(const Release& release) const;
  Result<Release> FromRecord(const nlohmann::json& body) const;
  Result<std::set<std::string>> SlugsToKeep(const std::vector<BuildRecord>& builds, int keep) const;
  void CollectCaches(const std::vector<BuildRecord>& builds, int keep, Collected& collected) const;

  const StoreDirectory& store_;
  SlugStore slugs_;
  const Clock& clock_;
};

}  // namespace twelve

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/release/build_history.h"
#include "harness/release/git_source.h"
#include "harness/release/slug_store.h"
#include "harness/release/step_runner.h"
#include "harness/release/store_directory.h"

namespace twelve {

struct BuildRequest {
  std::string repository = ".";
  std::string revision = "HEAD";
  Environment tools;  // PATH and HOME of the user: where git and compilers are found
  bool use_cache = true;
};

/// Turns one commit into a slug. The source is that commit and nothing else; each phase runs in a
/// shell with exactly this environment: PATH of the user, HOME and TMPDIR of the build, LANG, TZ,
/// SOURCE_DATE_EPOCH, BUILD_COMMIT, BUILD_TAG, and what the repository declares. No config: a build
/// knows no stage. Builds of one store happen one at a time and always in the same directory, so
/// that a path which ends up in the output is the same each time.
///
/// Threads: the runner's loop.
/// Owns:    the store's build lock and directory while it builds.
/// Errors:  a build that fails is a record with a problem; Build itself fails when there is no such
///          commit, the store cannot be written, or the build was stopped while it waited.
class Builder {
 public:
  /// What is going on: a step, and a line of its log (empty: it begins). For a person to watch.
  using Progress = std::function<void(std::string_view step, std::string_view line)>;

  Builder(const StoreDirectory& store, StepRunner& runner, Progress progress)
      : store_(store), slugs_(store), runner_(runner), progress_(std::move(progress)) {}

  Result<BuildRecord> Build(const BuildRequest& request);

 private:
  class Run;

  Result<StoreLock> AwaitTurn();

  const StoreDirectory& store_;
  SlugStore slugs_;
  StepRunner& runner_;
  Progress progress_;
};

}  // namespace twelve

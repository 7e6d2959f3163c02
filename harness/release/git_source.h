#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"
#include "harness/release/step_runner.h"

namespace twelve {

/// One commit, by name and by what people know of it.
struct GitCommit {
  std::string id;         // in full
  std::int64_t time = 0;  // of the committer, seconds since 1970
  std::string subject;

  /// The first 7 characters of the id: what a build of it is called. There is no "latest".
  std::string tag() const { return id.substr(0, 7); }
};

/// A git repository of this machine, bare or with a work tree, read through the git program. What
/// lies in the work tree, the user's configuration of line ends and replaced objects count for
/// nothing.
///
/// Threads: the runner's loop. Owns: nothing.
/// Errors:  kNotFound when there is no such repository or commit, or no git.
class GitSource {
 public:
  /// `tools` is where PATH and HOME come from: git's safe.directory is the user's.
  GitSource(StepRunner& runner, std::string repository, const Environment& tools);

  Result<GitCommit> Resolve(const std::string& revision);
  /// The files of the commit as a tar in the new file `archive`.
  Status Export(const GitCommit& commit, const std::string& archive);
  /// The directory where git looks for this repository's hooks.
  Result<std::string> HooksDirectory();
  /// The branch that a clone would check out, such as "main".
  Result<std::string> DefaultBranch();

 private:
  Result<std::vector<std::string>> Git(std::vector<std::string> arguments);

  StepRunner& runner_;
  std::string repository_;
  Environment environment_;
};

}  // namespace twelve

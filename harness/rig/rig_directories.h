#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/os/process_host.h"

namespace twelve {

/// The directories of one rig, all below one of its own. They go with this object, or with this
/// program if that is killed: a guardian whose only work is waiting removes them then.
///
/// Threads: one.
/// Owns:    the directory and the guardian.
class RigDirectories {
 public:
  /// `below` is an existing directory. `host` must outlive this.
  RigDirectories(ProcessHost& host, std::string below);
  ~RigDirectories();
  RigDirectories(const RigDirectories&) = delete;
  RigDirectories& operator=(const RigDirectories&) = delete;

  /// A new, empty one; `hint` becomes part of its name.
  Result<std::string> Make(std::string_view hint);

 private:
  Status MakeRoot();

  ProcessHost& host_;
  std::string below_;
  std::string root_;  // empty until the first is asked for
  int count_ = 0;
  std::unique_ptr<GuardedProcess> keeper_;
};

}  // namespace twelve

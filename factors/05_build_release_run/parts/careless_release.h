#pragma once

#include <string>
#include <thread>

#include "factors/contracts/boot_step.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Violations of factor V: what a release does at run time that a build should have done, or that
/// only works where it was made. Each is a step before the port is opened.

/// Where this program lies: the directory of its release.
std::string ProgramPath();

/// "writes-in-codedir": keeps a cache in the directory of its release, and does not start without.
/// A release that is shared, or mounted read-only, cannot run.
class CodeDirectoryCacheBoot final : public BootStep {
 public:
  /// `program` is a file of the release.
  explicit CodeDirectoryCacheBoot(const std::string& program = ProgramPath())
      : file_(program + ".cache") {}
  ~CodeDirectoryCacheBoot() override;
  Status Run(TerminationHandling& termination) override;

 private:
  const std::string file_;
};

/// "needs-home": keeps a file in $HOME, and does not start without.
class HomeBoot final : public BootStep {
 public:
  ~HomeBoot() override;
  Status Run(TerminationHandling& termination) override;

 private:
  std::string file_;
};

/// "compile-at-boot": runs the compiler at every start. The build stage of this release never
/// ends, and each host needs its tools.
class CompileBoot final : public BootStep {
 public:
  Status Run(TerminationHandling& termination) override;
};

/// "hot-reload": watches its own program file and starts itself anew when that is touched. Which
/// code serves is then decided by whoever can write there, and by no release.
///
/// Threads: one of its own, which ends with the object.
class HotReloadBoot final : public BootStep {
 public:
  ~HotReloadBoot() override;
  Status Run(TerminationHandling& termination) override;

 private:
  void Watch() const;

  std::string program_;
  UniqueFd watch_;
  UniqueFd stop_;
  std::thread thread_;
};

}  // namespace twelve

#pragma once

#include <memory>
#include <string>

#include "harness/os/process_host.h"

namespace twelve {

/// The path of twelve-guard: beside the running program, or in the directory that the environment
/// variable TWELVE_BIN names (tests lie elsewhere). kNotFound when it is in neither.
Result<std::string> FindGuard();

/// Starts services by posix_spawn of one twelve-guard each.
///
/// Threads: any.
/// Owns:    what is left of guardians whose GuardedProcess is gone: the last of the host and its
///          processes to be destroyed waits until these guardians have killed and cleaned up, at
///          most 5 s.
class PosixProcessHost final : public ProcessHost {
 public:
  explicit PosixProcessHost(std::string guard_path);
  ~PosixProcessHost() override;
  PosixProcessHost(const PosixProcessHost&) = delete;
  PosixProcessHost& operator=(const PosixProcessHost&) = delete;

  Result<std::unique_ptr<GuardedProcess>> Spawn(const SpawnRequest& request) override;

 private:
  class Guardians;
  class Process;

  std::string guard_path_;
  std::shared_ptr<Guardians> guardians_;
};

}  // namespace twelve

#pragma once

#include <string>
#include <vector>

#include "harness/backing/service_account.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/rig/rig.h"

namespace twelve {

/// Namespaces in which a program's shared memory, System V segments and /dev/shm, goes with its
/// last process. On the machine's own, what a killed PostgreSQL leaves stays until somebody comes
/// and removes it. Needs no privilege where users may make namespaces, which is Debian's default.
class PrivateMemory {
 public:
  /// Tries. kTimeout only; a machine that refuses is available() == false.
  static Result<PrivateMemory> Probe(Rig& rig, const ServiceAccount& account,
                                     const std::string& name, Deadline deadline);

  bool available() const { return available_; }
  /// The command that runs `argv` in there, as the same process; `argv` where that is refused.
  std::vector<std::string> Wrap(std::vector<std::string> argv) const;

 private:
  PrivateMemory(uid_t user, gid_t group) : user_(user), group_(group) {}

  uid_t user_;
  gid_t group_;
  bool available_ = true;
};

}  // namespace twelve

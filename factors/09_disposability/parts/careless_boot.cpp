#include "factors/09_disposability/parts/careless_boot.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "harness/base/unique_fd.h"

namespace twelve {

Status SlowBoot::Run(TerminationHandling& termination) {
  termination.WaitForRequest(kTakes);
  return {};
}

LockFileBoot::~LockFileBoot() {
  if (ours_) ::unlink(kFile);
}

Status LockFileBoot::Run(TerminationHandling& /*termination*/) {
  const UniqueFd file(::open(kFile, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (file.valid()) {
    ours_ = true;
    return {};
  }
  if (errno != EEXIST) return SystemError("cannot make app.lock", "open", errno);
  return Error{ErrorCode::kBusy,
               "app.lock exists: the service is already running, or was killed; remove the file "
               "to start it",
               {},
               EEXIST};
}

}  // namespace twelve

#include "factors/09_disposability/parts/careless_boot.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "harness/base/unique_fd.h"

namespace twelve {

Status SlowBoot::Run(TerminationHandling& termination) {
  termination.WaitForRequest(kTakes);
  return {};
}

Status DeafBoot::Run(TerminationHandling& /*termination*/) {
  ::poll(nullptr, 0, static_cast<int>(kTakes.count()) * 1000);
  // To ignore a signal also discards one that is waiting (sigaction(2)).
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
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

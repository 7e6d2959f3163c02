#include "factors/08_concurrency/parts/careless_starts.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace twelve {

PidFileBoot::~PidFileBoot() {
  if (ours_) ::unlink(kFile);
}

Status PidFileBoot::Run(TerminationHandling& /*termination*/) {
  const UniqueFd file(::open(kFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (!file.valid() ||
      ::write(file.get(), pid.data(), pid.size()) != static_cast<ssize_t>(pid.size())) {
    return SystemError("cannot write app.pid", "open", errno);
  }
  ours_ = true;
  return {};
}

Status SingletonBoot::Run(TerminationHandling& /*termination*/) {
  lock_ = UniqueFd(::open(kFile, O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!lock_.valid()) return SystemError("cannot open app.flock", "open", errno);
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
  return Error{ErrorCode::kBusy, "another process holds app.flock: only one may run", "flock",
               errno};
}

Status ZombieBoot::Run(TerminationHandling& /*termination*/) {
  for (int i = 0; i < kHelpers; ++i) {
    const pid_t helper = ::fork();
    if (helper == 0) ::_exit(0);
    if (helper < 0) return SystemError("cannot start a helper", "fork", errno);
  }
  return {};
}

Status BrokenWorkerBoot::Run(TerminationHandling& /*termination*/) {
  return Error{ErrorCode::kNotFound, "the worker's module \"jobs\" is not in this build", {}, 0};
}

}  // namespace twelve

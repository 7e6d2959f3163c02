#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "harness/base/unique_fd.h"

namespace twelve {

// glibc has these since 2.36; Ubuntu 22.04 is older.

/// A handle that keeps meaning the same process; not valid when there is none.
inline UniqueFd OpenPidfd(pid_t pid) {
  return UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}
inline bool SignalPidfd(const UniqueFd& process, int signal) {
  return syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) == 0;
}

}  // namespace twelve

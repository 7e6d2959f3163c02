#include "factors/08_concurrency/parts/careless_launches.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace twelve {
namespace {

Error CannotFork() {
  return SystemError("cannot start a process behind this one", "fork", errno);
}

/// The master: passes signals on until the worker ends, then ends like it.
[[noreturn]] void WatchOver(pid_t worker, const sigset_t& signals) {
  for (;;) {
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&signals, &info);
    if (signal == SIGTERM || signal == SIGINT) ::kill(worker, signal);
    int status = 0;
    if (::waitpid(worker, &status, WNOHANG) == worker) {
      ::_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
  }
}

}  // namespace

Status DaemonizedLaunch::Enter(const std::vector<std::string>& /*command*/) {
  const pid_t first = ::fork();
  if (first < 0) return CannotFork();
  if (first > 0) ::_exit(0);
  ::setsid();
  const pid_t second = ::fork();
  if (second < 0) return CannotFork();
  if (second > 0) ::_exit(0);
  return {};
}

Status OrphaningLaunch::Enter(const std::vector<std::string>& /*command*/) {
  sigset_t signals, before;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&signals, signal);
  ::sigprocmask(SIG_BLOCK, &signals, &before);
  const pid_t worker = ::fork();
  if (worker > 0) WatchOver(worker, signals);
  const int problem = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  errno = problem;
  return worker < 0 ? Status(CannotFork()) : Status();
}

}  // namespace twelve

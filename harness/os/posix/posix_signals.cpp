#include "harness/os/posix/posix_signals.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace twelve {
namespace {

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

void PosixSignals::BlockEndSignals() {
  sigset_t blocked = EndSignals();
  sigaddset(&blocked, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
}

Result<std::unique_ptr<PosixSignals>> PosixSignals::Create(EventLoop& loop,
                                                           std::function<void(int)> handler) {
  const sigset_t signals = EndSignals();
  UniqueFd fd(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return SystemError("cannot listen for signals", "signalfd", errno);
  const int number = fd.get();
  Status watched =
      loop.Watch(number, {}, [number, handle = std::move(handler)](FdEvents /*events*/) {
        signalfd_siginfo info = {};
        // One per round: the handler may end this object, and the number with it.
        if (read(number, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
          handle(static_cast<int>(info.ssi_signo));
        }
      });
  if (!watched) return watched.error();
  return std::unique_ptr<PosixSignals>(new PosixSignals(loop, std::move(fd)));
}

PosixSignals::~PosixSignals() {
  loop_.Unwatch(fd_.get());
}

}  // namespace twelve

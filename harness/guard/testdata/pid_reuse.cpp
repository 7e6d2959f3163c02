// Run as PID 1 of a pid namespace: hosts a service whose leader ends, makes a stranger with the
// leader's number, sends the service every signal there is a way for, and says whether the stranger
// lives.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "harness/os/posix/posix_process_host.h"

namespace twelve {
namespace {

[[noreturn]] void End(const char* words) {
  std::printf("%s\n", words);
  std::fflush(stdout);
  _exit(0);
}

/// A child that does nothing, in a group of its own, until killed.
pid_t Idle() {
  const pid_t pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    for (;;) pause();
  }
  return pid;
}

/// Makes `wanted` the next number. Only root of the namespace may, and not on every kernel.
void SetNext(pid_t wanted) {
  std::ofstream last("/proc/sys/kernel/ns_last_pid");
  last << wanted - 1 << std::flush;
  if (!last) End("skip: the kernel does not let us choose the next process number");
}

void WaitFor(GuardedProcess& process, const std::function<bool(const GuardEvent&)>& is_it) {
  for (;;) {
    pollfd control = {process.control_fd(), POLLIN, 0};
    poll(&control, 1, -1);
    for (const GuardEvent& event : process.Events()) {
      if (is_it(event)) return;
    }
  }
}

int Main() {
  const Result<std::string> guard = FindGuard();
  if (!guard) End(guard.error().message.c_str());

  PosixProcessHost host(guard.value());
  SpawnRequest request;
  request.argv = {"sh", "-c", "setsid sh -c 'echo up; exec sleep 1000' & exit 0"};
  request.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
  Result<std::unique_ptr<GuardedProcess>> spawned = host.Spawn(request);
  if (!spawned) End(spawned.error().message.c_str());
  GuardedProcess& service = **spawned;
  pid_t leader = 0;
  WaitFor(service, [&](const GuardEvent& event) {
    const auto* exited = std::get_if<Exited>(&event);
    if (exited != nullptr && exited->leader) leader = exited->pid;
    return leader != 0;
  });

  // Until the orphan has left the leader's group, the number is not free.
  pollfd up = {service.stdout_fd(), POLLIN, 0};
  poll(&up, 1, -1);
  SetNext(leader);
  const pid_t stranger = Idle();
  if (stranger != leader) End("skip: somebody else took the number");
  setpgid(stranger, stranger);
  for (const SignalTarget target :
       {SignalTarget::kLeader, SignalTarget::kGroup, SignalTarget::kTree}) {
    (void)service.Signal(target, SIGTERM);
  }
  (void)service.KillAll();
  WaitFor(service, [](const GuardEvent& event) { return std::holds_alternative<AllGone>(event); });
  End(waitpid(stranger, nullptr, WNOHANG) == 0 ? "the stranger lives" : "the stranger was hit");
}

}  // namespace
}  // namespace twelve

int main() {
  return twelve::Main();
}

// Starts each argument as a shell script behind a guardian of its own, says "started" once all run,
// and then waits to be killed.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "harness/os/posix/posix_process_host.h"

namespace twelve {
namespace {

bool WaitForStart(GuardedProcess& process) {
  for (;;) {
    pollfd control = {process.control_fd(), POLLIN, 0};
    poll(&control, 1, -1);
    for (const GuardEvent& event : process.Events()) {
      if (std::holds_alternative<Started>(event)) return true;
      if (!std::holds_alternative<Adopted>(event)) return false;
    }
  }
}

int Main(int argc, char** argv) {
  const Result<std::string> guard = FindGuard();
  if (!guard) {
    std::fprintf(stderr, "%s\n", guard.error().message.c_str());
    return 1;
  }
  PosixProcessHost host(guard.value());
  std::vector<std::unique_ptr<GuardedProcess>> services;
  for (int i = 1; i < argc; ++i) {
    SpawnRequest request;
    request.argv = {"sh", "-c", argv[i]};
    request.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
    if (const char* doomed = std::getenv("DOOMED")) request.remove_at_end = {doomed};
    Result<std::unique_ptr<GuardedProcess>> spawned = host.Spawn(request);
    if (!spawned || !WaitForStart(**spawned)) return 1;
    services.push_back(std::move(spawned).value());
  }
  std::puts("started");
  std::fflush(stdout);
  for (;;) pause();
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  return twelve::Main(argc, argv);
}

// How fast guardians start, stop and clean up. Prints milliseconds: least, median, greatest.
//   guard_bench [ROUNDS]
// The limit beside "launch 50" is posix_spawn of the same program without a guardian.
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/os/posix/posix_process_table.h"

extern char** environ;

namespace twelve {
namespace {

constexpr int kServices = 50;
constexpr const char* kPath = "PATH=/usr/local/bin:/usr/bin:/bin";
constexpr const char* kFamily = "sleep 1000 & setsid sleep 1000 & wait";
constexpr const char* kWrapped = "sh -c 'sleep 1000 & setsid sleep 1000 & wait'; true";
constexpr std::size_t kProcessesOfEight = 1 + 8 + 4 * 3 + 4 * 4;  // host, guardians, families

using Processes = std::vector<std::unique_ptr<GuardedProcess>>;

[[noreturn]] void Give(const std::string& why) {
  std::fprintf(stderr, "guard_bench: %s\n", why.c_str());
  std::exit(1);
}

SpawnRequest Command(std::vector<std::string> argv) {
  SpawnRequest request;
  request.argv = std::move(argv);
  request.environment = {kPath};
  return request;
}

/// Reads events until `counted` of them satisfy `is_it`.
void WaitFor(Processes& processes, std::size_t counted,
             const std::function<bool(const GuardEvent&)>& is_it) {
  std::vector<pollfd> fds;
  for (const auto& process : processes) fds.push_back({process->control_fd(), POLLIN, 0});
  while (counted > 0) {
    poll(fds.data(), fds.size(), -1);
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].revents == 0) continue;
      for (const GuardEvent& event : processes[i]->Events()) {
        if (is_it(event) && counted > 0) --counted;
        if (std::holds_alternative<AllGone>(event)) fds[i].fd = -1;
      }
    }
  }
}
bool IsStarted(const GuardEvent& event) {
  return std::holds_alternative<Started>(event);
}
bool IsAllGone(const GuardEvent& event) {
  return std::holds_alternative<AllGone>(event);
}

Processes Launch(PosixProcessHost& host, int count, const SpawnRequest& request) {
  Processes processes;
  for (int i = 0; i < count; ++i) {
    Result<std::unique_ptr<GuardedProcess>> spawned = host.Spawn(request);
    if (!spawned) Give(spawned.error().message);
    processes.push_back(std::move(spawned).value());
  }
  return processes;
}

void Print(const char* what, std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  std::printf("%-58s %8.2f %8.2f %8.2f\n", what, ms.front(), ms[ms.size() / 2], ms.back());
}

/// `round` returns the milliseconds that it measured.
void Measure(const char* what, int rounds, const std::function<double()>& round) {
  std::vector<double> ms;
  for (int i = 0; i < rounds; ++i) ms.push_back(round());
  Print(what, ms);
}

pid_t SpawnSelf(const char* mode) {
  std::string program = "/proc/self/exe";
  std::string argument = mode;
  std::array<char*, 3> argv = {program.data(), argument.data(), nullptr};
  pid_t pid = 0;
  if (posix_spawn(&pid, program.c_str(), nullptr, nullptr, argv.data(), environ) != 0) {
    Give("cannot start itself");
  }
  return pid;
}

/// The host that is going to be killed.
int HostEight(PosixProcessHost& host) {
  Processes direct = Launch(host, 4, Command({"sh", "-c", kFamily}));
  Processes wrapped = Launch(host, 4, Command({"sh", "-c", kWrapped}));
  for (;;) pause();
}

/// From SIGKILL of the host until the last of its guardians and their processes is gone: this
/// process is the one to which they all fall.
double KillHost() {
  const SystemClock clock;
  const PosixProcessTable table;
  const pid_t host = SpawnSelf("--host-eight");
  while (table.Tree(host, false).size() < kProcessesOfEight) usleep(1000);
  const TimePoint start = clock.Now();
  kill(host, SIGKILL);
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) continue;
  return ToMs(clock.Now() - start);
}

double Launch50(PosixProcessHost& host) {
  const SystemClock clock;
  const TimePoint start = clock.Now();
  Processes processes = Launch(host, kServices, Command({"sleep", "1000"}));
  WaitFor(processes, kServices, IsStarted);
  const double ms = ToMs(clock.Now() - start);
  for (auto& process : processes) (void)process->KillAll();
  WaitFor(processes, kServices, IsAllGone);
  return ms;
}

double Spawn50Bare() {
  const SystemClock clock;
  std::string program = "sleep";
  std::string argument = "1000";
  std::array<char*, 3> argv = {program.data(), argument.data(), nullptr};
  std::vector<pid_t> pids(kServices);
  const TimePoint start = clock.Now();
  for (pid_t& pid : pids) {
    if (posix_spawnp(&pid, "sleep", nullptr, nullptr, argv.data(), environ) != 0) {
      Give("cannot start sleep");
    }
  }
  const double ms = ToMs(clock.Now() - start);
  for (const pid_t pid : pids) kill(pid, SIGKILL);
  for (const pid_t pid : pids) waitpid(pid, nullptr, 0);
  return ms;
}

double Stop50(PosixProcessHost& host) {
  const SystemClock clock;
  Processes processes = Launch(host, kServices, Command({"sleep", "1000"}));
  WaitFor(processes, kServices, IsStarted);
  const TimePoint start = clock.Now();
  for (auto& process : processes) (void)process->Signal(SignalTarget::kLeader, SIGTERM);
  WaitFor(processes, kServices, IsAllGone);
  return ToMs(clock.Now() - start);
}

/// Forks and exits for at most a minute; each link in a session of its own if asked.
int Chain(bool own_session) {
  const SystemClock clock;
  const Deadline deadline = Deadline::After(clock, std::chrono::minutes(1));
  constexpr int kLinksBeforeSaying = 100;
  for (int link = 0; !deadline.Passed(clock); ++link) {
    if (link == kLinksBeforeSaying && write(STDOUT_FILENO, "x", 1) != 1) return 1;
    if (fork() != 0) _exit(0);
    if (own_session) setsid();
  }
  return 0;
}

double KillChain(PosixProcessHost& host, const std::string& self, const char* mode) {
  const SystemClock clock;
  Processes processes = Launch(host, 1, Command({self, mode}));
  pollfd said = {processes.front()->stdout_fd(), POLLIN, 0};
  poll(&said, 1, -1);
  const TimePoint start = clock.Now();
  (void)processes.front()->KillAll();
  WaitFor(processes, 1, IsAllGone);
  return ToMs(clock.Now() - start);
}

std::string OwnPath() {
  std::array<char, 4096> path;
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

int Main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "10";
  if (mode == "--chain-group" || mode == "--chain-session") return Chain(mode == "--chain-session");
  const Result<std::string> guard = FindGuard();
  if (!guard) Give(guard.error().message);
  PosixProcessHost host(guard.value());
  if (mode == "--host-eight") return HostEight(host);
  const int rounds = std::atoi(mode.c_str());
  if (rounds < 1) Give("the number of rounds must be at least 1");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const std::string self = OwnPath();
  std::printf("%-58s %8s %8s %8s\n", "milliseconds", "least", "median", "most");
  Measure("launch 50 behind guardians, until the last one runs", rounds,
          [&] { return Launch50(host); });
  Measure("  limit: posix_spawn of the 50 without guardians", rounds, Spawn50Bare);
  Measure("stop 50 by SIGTERM, until nothing is left", rounds, [&] { return Stop50(host); });
  Measure("kill a chain of forks in one group", rounds,
          [&] { return KillChain(host, self, "--chain-group"); });
  Measure("kill a chain of forks, each link its own session", rounds,
          [&] { return KillChain(host, self, "--chain-session"); });
  Measure("SIGKILL of a host of 8 services, until all 28 are dead", rounds, KillHost);
  return 0;
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  return twelve::Main(argc, argv);
}

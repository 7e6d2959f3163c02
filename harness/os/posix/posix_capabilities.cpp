#include "harness/os/posix/posix_capabilities.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

namespace twelve {
namespace {

constexpr Duration kProbeLimit = std::chrono::seconds(10);
constexpr uid_t kNobody = 65534;
constexpr uid_t kNobodyElse = 65533;  // for those who are nobody already
constexpr const char* kPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What one short program printed and how it ended.
struct Outcome {
  std::string out;
  std::string err;
  ExitStatus status;
};

void Drain(int fd, std::string* text) {
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got <= 0) return;
    text->append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// True when the last event came. Leaves an error in `failed` if the program did not start.
bool TakeEvents(GuardedProcess& process, Outcome* outcome, Status* failed) {
  bool over = false;
  for (const GuardEvent& event : process.Events()) {
    if (const auto* start_failed = std::get_if<StartFailed>(&event)) *failed = start_failed->error;
    const auto* exited = std::get_if<Exited>(&event);
    if (exited != nullptr && exited->leader) outcome->status = exited->status;
    over = over || std::holds_alternative<AllGone>(event) ||
           std::holds_alternative<GuardianLost>(event);
  }
  return over;
}

Result<Outcome> RunToEnd(ProcessHost& host, SpawnRequest request) {
  request.environment = {kPath, "LC_ALL=C"};
  request.directory = "/";
  const Result<std::unique_ptr<GuardedProcess>> started = host.Spawn(request);
  if (!started) return started.error();
  GuardedProcess& process = *started.value();
  const SystemClock clock;
  const Deadline deadline = Deadline::After(clock, kProbeLimit);
  Outcome outcome;
  Status failed;
  bool over = false;
  while (!over && !deadline.Passed(clock)) {
    pollfd control = {process.control_fd(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.Left(clock));
    poll(&control, 1, static_cast<int>(left.count()));
    over = TakeEvents(process, &outcome, &failed);
  }
  if (!failed) return failed.error();
  if (!over) {
    return Error{ErrorCode::kTimeout, "the probe did not end within 10 s", "", 0};
  }
  Drain(process.stdout_fd(), &outcome.out);
  Drain(process.stderr_fd(), &outcome.err);
  return outcome;
}

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// "REASON; REMEDY", one sentence.
Error Missing(const std::string& reason, const std::string& remedy) {
  return {ErrorCode::kUnsupported, reason + "; " + remedy, "", 0};
}

constexpr const char* kAllowNamespaces =
    "run as root, or allow it: sudo sysctl kernel.unprivileged_userns_clone=1 "
    "kernel.apparmor_restrict_unprivileged_userns=0 (each where it exists)";

}  // namespace

Result<std::string> ProbePidNamespace(ProcessHost& host) {
  SpawnRequest request;
  request.argv = {"sh", "-c", "echo $$; read pid rest </proc/self/stat; echo $pid"};
  request.isolation.pid_namespace = true;
  const Result<Outcome> outcome = RunToEnd(host, std::move(request));
  if (!outcome) return Missing(outcome.error().message, kAllowNamespaces);
  if (outcome.value().out != "1\n1\n") {
    return Missing("a service in a new pid namespace saw itself as " +
                       FirstLine(outcome.value().out) + " instead of 1",
                   kAllowNamespaces);
  }
  return std::string(geteuid() == 0 ? "as root" : "through a user namespace");
}

Result<std::string> ProbeNetworkNamespace(ProcessHost& host) {
  SpawnRequest request;
  request.argv = {"sh", "-c", "cat /proc/net/route /proc/net/fib_trie"};
  request.isolation.network_namespace = true;
  const Result<Outcome> outcome = RunToEnd(host, std::move(request));
  if (!outcome) return Missing(outcome.error().message, kAllowNamespaces);
  if (outcome.value().out.find("127.0.0.1") == std::string::npos) {
    return Missing("the loopback interface of a new network namespace did not come up",
                   kAllowNamespaces);
  }
  return std::string(geteuid() == 0 ? "as root" : "through a user namespace");
}

Result<std::string> ProbeLandlock() {
  constexpr unsigned kAskVersion = 1;      // LANDLOCK_CREATE_RULESET_VERSION
  constexpr long kCreateRuleset = 444;     // the same number on every architecture
  constexpr long kFirstUsefulVersion = 3;  // from 3 on, truncate() is governed too
  const long version = syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  const std::string found = "Landlock ABI " + std::to_string(version);
  if (version >= kFirstUsefulVersion) return found;
  if (version > 0) {
    return Missing(found + " does not govern truncate", "use Linux 6.2 or newer");
  }
  return Missing("this kernel has no Landlock",
                 errno == EOPNOTSUPP ? "add landlock to the lsm= list on its command line"
                                     : "use Linux 6.2 or newer, built with it");
}

Result<std::string> ProbeStrace(ProcessHost& host) {
  SpawnRequest version;
  version.argv = {"strace", "-V"};
  const Result<Outcome> named = RunToEnd(host, std::move(version));
  if (!named) return Missing("strace is not installed", "install it: sudo apt install strace");
  SpawnRequest trace;
  trace.argv = {"strace", "-f", "-qq", "-e", "trace=execve", "sh", "-c", "true; /bin/true"};
  const Result<Outcome> traced = RunToEnd(host, std::move(trace));
  if (!traced) return Missing(traced.error().message, "install it: sudo apt install strace");
  if (traced.value().err.find("\"/bin/true\"") == std::string::npos) {
    return Missing("strace could not trace a child: " + FirstLine(traced.value().err),
                   "allow it: sudo sysctl kernel.yama.ptrace_scope=1");
  }
  const std::string line = FirstLine(named.value().out);  // "strace -- version 6.1"
  return "strace " + line.substr(line.rfind(' ') + 1);
}

Result<std::string> ProbeUser(ProcessHost& host) {
  SpawnRequest request;
  request.argv = {"id", "-u"};
  const uid_t other = geteuid() == kNobody ? kNobodyElse : kNobody;
  request.user = other;
  request.group = other;
  const Result<Outcome> outcome = RunToEnd(host, std::move(request));
  if (!outcome) return Missing(outcome.error().message, "run as root");
  if (outcome.value().out != std::to_string(other) + "\n") {
    return Missing("a service asked to run as user " + std::to_string(other) + " ran as " +
                       FirstLine(outcome.value().out),
                   "run as root");
  }
  return std::string("may start programs as any user");
}

}  // namespace twelve

#include "harness/guard/launch.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "harness/guard/descendants.h"
#include "harness/guard/isolation.h"

namespace twelve::guard {
namespace {

constexpr const char* kPathIfUnset = "/bin:/usr/bin";  // as execvp has it

Failure SetLimits(const RequestHeader& header) {
  constexpr int kResources[kLimits] = {RLIMIT_AS, RLIMIT_NOFILE, RLIMIT_CPU, RLIMIT_CORE};
  for (int i = 0; i < static_cast<int>(kLimits); ++i) {
    if ((header.limits_set & (1U << static_cast<unsigned>(i))) == 0) continue;
    const rlimit limit = {header.limits[i], header.limits[i]};
    if (setrlimit(static_cast<__rlimit_resource_t>(kResources[i]), &limit) != 0) {
      return {Stage::kLimit, errno, i};
    }
  }
  return {};
}

Failure BecomeUser(const Request& request) {
  const RequestHeader& header = request.header;
  // The supplementary groups are those of whoever started us; only root may drop them.
  const bool other = request.Has(kSetUser) && header.user != geteuid();
  if (other && setgroups(0, nullptr) != 0) return {Stage::kUser, errno, 0};
  if (request.Has(kSetGroup) && setresgid(header.group, header.group, header.group) != 0) {
    return {Stage::kGroup, errno, 0};
  }
  if (request.Has(kSetUser) && setresuid(header.user, header.user, header.user) != 0) {
    return {Stage::kUser, errno, 0};
  }
  return {};
}

const char* PathOf(char** environment) {
  for (; *environment != nullptr; ++environment) {
    if (std::strncmp(*environment, "PATH=", 5) == 0) return *environment + 5;
  }
  return kPathIfUnset;
}

/// Sets errno to why `file` was not executed. A file that is there and still "not found" lacks its
/// interpreter.
Failure WhyNot(const char* file) {
  const int why = errno;
  struct stat found;
  if (why == ENOENT && stat(file, &found) == 0) return {Stage::kInterpreter, why, 0};
  if (why == EACCES && stat(file, &found) == 0 && S_ISDIR(found.st_mode)) {
    return {Stage::kProgram, EISDIR, 0};
  }
  return {Stage::kProgram, why, 0};
}

/// execvp with the PATH of the service instead of ours, and without its "if it is no program, give
/// it to sh".
Failure Execute(const Request& request) {
  const char* name = request.argv[0];
  if (std::strchr(name, '/') != nullptr) {
    execve(name, request.argv, request.environment);
    return WhyNot(name);
  }
  Failure worst = {Stage::kProgram, ENOENT, 0};
  for (const char* at = PathOf(request.environment); at != nullptr;) {
    const char* colon = std::strchr(at, ':');
    const size_t size = colon == nullptr ? std::strlen(at) : static_cast<size_t>(colon - at);
    char file[4096];
    // An empty entry means the working directory.
    const int wanted = std::snprintf(file, sizeof file, "%.*s%s%s", static_cast<int>(size), at,
                                     size == 0 ? "" : "/", name);
    if (wanted > 0 && static_cast<size_t>(wanted) < sizeof file) {
      execve(file, request.argv, request.environment);
      const Failure failure = WhyNot(file);
      const bool not_here = failure.stage == Stage::kProgram &&
                            (failure.sys_errno == ENOENT || failure.sys_errno == ENOTDIR ||
                             failure.sys_errno == EISDIR);
      if (!not_here) worst = failure;
      if (!not_here && failure.sys_errno != EACCES) return failure;
    }
    at = colon == nullptr ? nullptr : colon + 1;
  }
  return worst;
}

/// Everything between clone and exec. Returns only when something failed.
Failure Become(const Request& request, bool through_user_namespace, unsigned user, unsigned group,
               pid_t guardian) {
  setpgid(0, 0);
  Failure failure = SetUpNamespaces(request, through_user_namespace, user, group);
  if (failure.stage == Stage::kNone) failure = SetLimits(request.header);
  if (failure.stage == Stage::kNone) failure = BecomeUser(request);
  if (failure.stage != Stage::kNone) return failure;
  // After the change of user, which clears it. Only the second line: the guardian's end is seen by
  // its host.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!request.Has(kPidNamespace) && getppid() != guardian) _exit(127);
  if (request.directory[0] != '\0' && chdir(request.directory) != 0) {
    return {Stage::kDirectory, errno, 0};
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  return Execute(request);
}

/// fork() into new namespaces.
pid_t Clone(unsigned long flags) {
  return static_cast<pid_t>(
      syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

Report Failed(const Failure& failure) {
  Report report;
  report.kind = ReportKind::kStartFailed;
  report.stage = failure.stage;
  report.value = failure.sys_errno;
  report.detail = failure.detail;
  return report;
}

}  // namespace

Report Launch(const Request& request) {
  int status[2];
  if (pipe2(status, O_CLOEXEC) != 0) return Failed({Stage::kFork, errno, 0});
  const pid_t guardian = getpid();
  const unsigned user = geteuid();
  const unsigned group = getegid();
  bool through_user = user != 0;
  pid_t pid = Clone(NamespaceFlags(request, through_user));
  if (pid < 0 && errno == EPERM && !through_user) {
    through_user = true;  // root of a container without the right to make namespaces
    pid = Clone(NamespaceFlags(request, through_user));
  }
  if (pid == 0) {
    const Failure failure = Become(request, through_user, user, group, guardian);
    [[maybe_unused]] const ssize_t told = write(status[1], &failure, sizeof failure);
    _exit(127);
  }
  const int clone_errno = errno;
  close(status[1]);
  Failure failure;
  if (pid < 0) {
    const bool plain = NamespaceFlags(request, false) == 0;
    failure = {plain ? Stage::kFork : Stage::kNamespaces, clone_errno, 0};
  } else {
    setpgid(pid, pid);  // whoever comes first; afterwards signals to the group reach it
    while (read(status[0], &failure, sizeof failure) < 0 && errno == EINTR) continue;
  }
  close(status[0]);
  if (failure.stage != Stage::kNone) return Failed(failure);

  Report report;
  report.kind = ReportKind::kStarted;
  report.pid = pid;
  Stat stat;
  if (ReadStat(pid, &stat)) report.start_ticks = stat.start_ticks;
  return report;
}

}  // namespace twelve::guard

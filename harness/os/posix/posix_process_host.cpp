#include "harness/os/posix/posix_process_host.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "harness/base/mutex.h"
#include "harness/guard/protocol.h"
#include "harness/os/posix/guard_requests.h"
#include "harness/os/posix/pidfd.h"
#include "harness/os/posix/proc_files.h"

namespace twelve {
namespace {

constexpr int kPipeBytes = 1 << 20;  // a child may write this much before anybody reads
constexpr int kFirstFreeFd = 10;     // above every number that a guardian's descriptors get
constexpr Duration kLastWait = std::chrono::seconds(5);

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

/// The descriptors that a guardian starts with.
struct GuardFds {
  UniqueFd in;
  UniqueFd out;
  UniqueFd err;
  UniqueFd control;
};

/// A program that was started without 0, 1 or 2 gets these numbers for its first files; dup2 in
/// the child would then overwrite one source with another.
Status MoveAway(UniqueFd* fd) {
  if (fd->get() >= kFirstFreeFd) return {};
  UniqueFd moved(fcntl(fd->get(), F_DUPFD_CLOEXEC, kFirstFreeFd));
  if (!moved.valid()) return SystemError("cannot start a program", "fcntl", errno);
  *fd = std::move(moved);
  return {};
}

Result<Pipe> MakePipe(bool read_side_is_ours) {
  std::array<int, 2> ends = {};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return SystemError("cannot start a program", "pipe2", errno);
  }
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);  // refused above a user's quota: then 64 KiB must do
  const int ours = read_side_is_ours ? ends[0] : ends[1];
  if (fcntl(ours, F_SETFL, O_NONBLOCK) != 0) {
    return SystemError("cannot start a program", "fcntl", errno);
  }
  return pipe;
}

Result<pid_t> SpawnGuard(const std::string& path, GuardFds fds) {
  for (UniqueFd* fd : {&fds.in, &fds.out, &fds.err, &fds.control}) {
    if (Status moved = MoveAway(fd); !moved) return moved.error();
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fds.in.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fds.out.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fds.err.get(), STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fds.control.get(), guard::kControlFd);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::string name = "twelve-guard";
  std::array<char*, 2> argv = {name.data(), nullptr};
  std::array<char*, 1> environment = {nullptr};
  pid_t pid = 0;
  const int failed =
      posix_spawn(&pid, path.c_str(), &actions, &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return SystemError("cannot start " + path, "posix_spawn", failed);
  return pid;
}

Status SendAll(int fd, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno != EINTR) return SystemError("the guardian did not start", "send", errno);
    if (n > 0) sent += static_cast<std::size_t>(n);
  }
  return {};
}

/// After the loss of a guardian: what it started is still in the guardian's session, unless it made
/// one of its own. REQUIRES: the guardian is not waited for, so that its number means this session.
void KillSession(pid_t session) {
  for (const pid_t pid : AllPids()) {
    const UniqueFd process = OpenPidfd(pid);
    if (!process.valid()) continue;
    const std::optional<ProcStat> stat = ReadProcStat(pid);
    if (stat && stat->session == session) SignalPidfd(process, SIGKILL);
  }
}

ExitStatus FromWaitStatus(int status) {
  if (WIFSIGNALED(status)) return {true, WTERMSIG(status), WCOREDUMP(status) != 0};
  return {false, WEXITSTATUS(status), false};
}

bool IsProgram(const std::string& path) {
  struct stat found = {};
  return stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

}  // namespace

/// The guardians that are to be waited for: children of ours, so somebody must.
///
/// Threads: any.
class PosixProcessHost::Guardians {
 public:
  ~Guardians() {
    const SystemClock clock;
    const Deadline deadline = Deadline::After(clock, kLastWait);
    const MutexLock lock(mutex_);
    for (const pid_t pid : ending_) WaitFor(pid, deadline);
  }

  /// `pid` has been told to end.
  void Add(pid_t pid) {
    const MutexLock lock(mutex_);
    ending_.push_back(pid);
    Reap();
  }
  void Sweep() {
    const MutexLock lock(mutex_);
    Reap();
  }

 private:
  void Reap() TWELVE_REQUIRES(mutex_) {
    std::erase_if(ending_, [](pid_t pid) { return waitpid(pid, nullptr, WNOHANG) != 0; });
  }
  static void WaitFor(pid_t pid, const Deadline& deadline) {
    const SystemClock clock;
    const UniqueFd handle = OpenPidfd(pid);
    pollfd wait = {handle.get(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.Left(clock));
    poll(&wait, 1, static_cast<int>(left.count()));
    waitpid(pid, nullptr, WNOHANG);
  }

  Mutex mutex_;
  std::vector<pid_t> ending_ TWELVE_GUARDED_BY(mutex_);
};

class PosixProcessHost::Process final : public GuardedProcess {
 public:
  struct Descriptors {
    UniqueFd control;
    UniqueFd out;
    UniqueFd err;
    UniqueFd in;
  };
  Process(SpawnRequest request, pid_t guardian, Descriptors fds,
          std::shared_ptr<Guardians> guardians)
      : request_(std::move(request)),
        guardian_(guardian),
        fds_(std::move(fds)),
        guardians_(std::move(guardians)) {}
  ~Process() override {
    fds_.control.Reset();
    guardians_->Add(guardian_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int control_fd() const override { return fds_.control.get(); }
  int stdout_fd() const override { return fds_.out.get(); }
  int stderr_fd() const override { return fds_.err.get(); }
  int stdin_fd() const override { return fds_.in.get(); }
  pid_t guardian_pid() const override { return guardian_; }
  void CloseStdin() override { fds_.in.Reset(); }

  std::vector<GuardEvent> Events() override;
  Status Signal(SignalTarget target, int signal) override;
  Status KillAll() override { return Send({guard::CommandKind::kKillAll, SIGKILL}); }

 private:
  bool Receive();
  std::optional<GuardEvent> Decode(const guard::Report& report);
  Status Send(guard::Command command);

  SpawnRequest request_;  // for the sentences of errors
  pid_t guardian_;
  Descriptors fds_;
  std::shared_ptr<Guardians> guardians_;
  std::string received_;
  bool leader_over_ = false;
  bool over_ = false;  // AllGone or GuardianLost was told
};

/// True at the end of the stream.
bool PosixProcessHost::Process::Receive() {
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t n = recv(fds_.control.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) {
      received_.append(buffer.data(), static_cast<std::size_t>(n));
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
      return true;
    } else if (errno == EAGAIN) {
      return false;
    }
  }
}

std::vector<GuardEvent> PosixProcessHost::Process::Events() {
  std::vector<GuardEvent> events;
  if (over_) return events;
  const bool at_end = Receive();
  std::size_t used = 0;
  while (received_.size() - used >= sizeof(guard::Report)) {
    guard::Report report;
    std::memcpy(&report, received_.data() + used, sizeof report);
    used += sizeof report;
    if (std::optional<GuardEvent> event = Decode(report)) events.push_back(std::move(*event));
  }
  received_.erase(0, used);
  if (at_end && !over_) {
    over_ = true;
    leader_over_ = true;
    KillSession(guardian_);
    events.emplace_back(GuardianLost{});
  }
  return events;
}

std::optional<GuardEvent> PosixProcessHost::Process::Decode(const guard::Report& report) {
  switch (report.kind) {
    case guard::ReportKind::kStarted:
      return Started{report.pid, report.start_ticks};
    case guard::ReportKind::kStartFailed:
      leader_over_ = true;
      return StartFailed{StartError(request_, report)};
    case guard::ReportKind::kAdopted:
      return Adopted{report.pid};
    case guard::ReportKind::kExited:
      if (report.detail == 1) leader_over_ = true;
      return Exited{report.pid, report.detail == 1, FromWaitStatus(report.value)};
    case guard::ReportKind::kAllGone:
      over_ = true;
      return AllGone{};
  }
  return std::nullopt;
}

Status PosixProcessHost::Process::Signal(SignalTarget target, int signal) {
  if (signal < 1 || signal >= NSIG) {
    return InvalidError(std::to_string(signal) + " is not a signal; they go from 1 to 64");
  }
  switch (target) {
    case SignalTarget::kLeader:
      if (leader_over_) {
        return Error{ErrorCode::kNotFound,
                     "cannot send " + SignalName(signal) + ": the process has ended", "", 0};
      }
      return Send({guard::CommandKind::kSignalLeader, signal});
    case SignalTarget::kGroup:
      return Send({guard::CommandKind::kSignalGroup, signal});
    case SignalTarget::kTree:
      return Send({guard::CommandKind::kSignalTree, signal});
  }
  return {};
}

Status PosixProcessHost::Process::Send(guard::Command command) {
  if (over_) return Error{ErrorCode::kClosed, "no process of this service is left", "", 0};
  const ssize_t n = send(fds_.control.get(), &command, sizeof command, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n == static_cast<ssize_t>(sizeof command)) return {};
  if (errno == EAGAIN) {
    return Error{ErrorCode::kBusy, "the guardian has not taken earlier commands yet", "send",
                 EAGAIN};
  }
  return SystemError("cannot reach the guardian", "send", errno);
}

PosixProcessHost::PosixProcessHost(std::string guard_path)
    : guard_path_(std::move(guard_path)), guardians_(std::make_shared<Guardians>()) {}

PosixProcessHost::~PosixProcessHost() = default;

Result<std::unique_ptr<GuardedProcess>> PosixProcessHost::Spawn(const SpawnRequest& request) {
  guardians_->Sweep();
  Result<std::string> bytes = EncodeRequest(request);
  if (!bytes) return bytes.error();
  Result<Pipe> out = MakePipe(true);
  if (!out) return out.error();
  Result<Pipe> err = MakePipe(true);
  if (!err) return err.error();
  Pipe in;
  if (request.stdin_pipe) {
    Result<Pipe> made = MakePipe(false);
    if (!made) return made.error();
    in = std::move(made).value();
  } else {
    in.read = UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!in.read.valid()) return SystemError("cannot open /dev/null", "open", errno);
  }
  std::array<int, 2> control = {};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control.data()) != 0) {
    return SystemError("cannot start a program", "socketpair", errno);
  }
  UniqueFd ours(control[0]);
  GuardFds theirs{std::move(in.read), std::move(out->write), std::move(err->write),
                  UniqueFd(control[1])};
  const Result<pid_t> guardian = SpawnGuard(guard_path_, std::move(theirs));
  if (!guardian) return guardian.error();
  auto process =
      std::make_unique<Process>(request, guardian.value(),
                                Process::Descriptors{std::move(ours), std::move(out->read),
                                                     std::move(err->read), std::move(in.write)},
                                guardians_);
  if (Status sent = SendAll(process->control_fd(), bytes.value()); !sent) return sent.error();
  return std::unique_ptr<GuardedProcess>(std::move(process));
}

Result<std::string> FindGuard() {
  constexpr const char* kName = "twelve-guard";
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  const std::string beside = (self.parent_path() / kName).string();
  if (!failed && IsProgram(beside)) return beside;
  if (const char* bin = std::getenv("TWELVE_BIN")) {
    const std::string named = (std::filesystem::path(bin) / kName).string();
    if (IsProgram(named)) return named;
  }
  return Error{
      ErrorCode::kNotFound,
      "twelve-guard is not at " + beside + "; build it, or set TWELVE_BIN to its directory", "", 0};
}

}  // namespace twelve

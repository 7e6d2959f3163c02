// twelve-guard: stands between Twelve and one service. Starts it, tells what becomes of it, and
// leaves nothing of it alive when it is told to, or when Twelve is gone. Not for people to start.

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "harness/guard/children.h"
#include "harness/guard/descendants.h"
#include "harness/guard/kill_all.h"
#include "harness/guard/launch.h"
#include "harness/guard/protocol.h"
#include "harness/guard/remove_tree.h"
#include "harness/guard/reports.h"
#include "harness/guard/request.h"

namespace twelve::guard {
namespace {

constexpr int kUsageExit = 64;
// Adoptions are seen by looking. An end among our children is a reason to look at once, but not
// more often than each 20 ms; else from 50 ms on ever more seldom.
constexpr int kLookSoonMs = 20;
constexpr int kFirstLookMs = 50;
constexpr int kLongestLookMs = 1000;
constexpr int kLooksUntilForget = 32;

/// The guardian after the start of its service.
class Guardian {
 public:
  Guardian(const Request& request, int child_signals)
      : request_(request), child_signals_(child_signals) {}

  void Run() {
    Report started = Launch(request_);
    ReleaseStandardStreams();
    if (started.kind == ReportKind::kStarted) {
      children_.SetLeader(started.pid);
      children_.SetGroup(started.pid);
    }
    reports_.Add(started);
    if (started.kind == ReportKind::kStartFailed) {
      children_.BeginKilling();  // whoever failed to become the service is no orphan
    }
    while (children_.Reap()) {
      reports_.Flush();
      WaitForNews();
    }
    for (char** path = request_.directories_to_remove; *path != nullptr; ++path) RemoveTree(*path);
    reports_.Add(Report{});
    reports_.FlushAll();
  }

 private:
  /// A pipe's end of file must mean that the service and its heirs have closed it.
  static void ReleaseStandardStreams() {
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < kControlFd; ++fd) {
      if (null < 0) {
        close(fd);
      } else {
        dup2(null, fd);
      }
    }
    if (null >= kControlFd) close(null);
  }

  void WaitForNews() {
    pollfd fds[2] = {{kControlFd, POLLIN, 0}, {child_signals_, POLLIN, 0}};
    if (reports_.waiting()) fds[0].events |= POLLOUT;
    const int ready = poll(fds, 2, look_ms_);
    if (ready == 0) {
      Look();
      look_ms_ = look_ms_ * 2 > kLongestLookMs ? kLongestLookMs : look_ms_ * 2;
      return;
    }
    if ((fds[1].revents & POLLIN) != 0) ChildEnded();
    if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) TakeCommands();
  }

  void ChildEnded() {
    signalfd_siginfo info;
    while (read(child_signals_, &info, sizeof info) > 0) continue;
    const bool had_leader = children_.leader() != 0;
    if (!children_.Reap()) return;
    if (had_leader && children_.leader() == 0) {
      Look();  // its children are orphans now
      look_ms_ = kFirstLookMs;
    } else if (look_ms_ > kFirstLookMs) {
      look_ms_ = kLookSoonMs;
    }
  }

  void Look() {
    if (++looks_ % kLooksUntilForget == 0) descendants_.Forget();
    children_.LookForOrphans();
  }

  void TakeCommands() {
    Command command;
    const ssize_t got =
        recv(kControlFd, buffer_ + buffered_, sizeof command - buffered_, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
      KillAll(children_, descendants_);  // the host is gone
      return;
    }
    if (got < 0) return;
    buffered_ += static_cast<size_t>(got);
    if (buffered_ < sizeof command) return;
    buffered_ = 0;
    std::memcpy(&command, buffer_, sizeof command);
    Obey(command);
  }

  void Obey(const Command& command) {
    switch (command.kind) {
      case CommandKind::kSignalLeader:
        if (children_.leader() != 0) kill(children_.leader(), command.signal);
        break;
      case CommandKind::kSignalGroup:
        if (children_.leader() != 0) {
          kill(-children_.group(), command.signal);
        } else {
          SignalGroup(descendants_, children_.group(), command.signal);
        }
        break;
      case CommandKind::kSignalTree:
        SignalTree(descendants_, command.signal);
        break;
      case CommandKind::kKillAll:
        KillAll(children_, descendants_);
        break;
    }
  }

  const Request& request_;
  int child_signals_;
  Reports reports_{kControlFd};
  Descendants descendants_;
  Children children_{reports_, descendants_};
  int look_ms_ = kFirstLookMs;
  int looks_ = 0;
  char buffer_[sizeof(Command)];
  size_t buffered_ = 0;
};

/// What is ignored stays ignored across exec, so the service would inherit it from whoever started
/// Twelve. By the system call, because libc keeps two signals to itself.
void ResetDispositions() {
  constexpr int kLastSignal = 64;
  constexpr std::size_t kKernelSetBytes = 8;
  const std::uint64_t to_default[4] = {};  // handler, flags, restorer, mask
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    syscall(SYS_rt_sigaction, signal, to_default, nullptr, kKernelSetBytes);
  }
}

int Main() {
  int type = 0;
  socklen_t size = sizeof type;
  if (getsockopt(kControlFd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
    constexpr char kText[] = "twelve-guard is started by Twelve, not by hand; see twelve --help\n";
    [[maybe_unused]] const ssize_t said = write(STDERR_FILENO, kText, sizeof kText - 1);
    return kUsageExit;
  }
  fcntl(kControlFd, F_SETFD, FD_CLOEXEC);
  close_range(kControlFd + 1, ~0U, 0);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, "twelve-guard");
  ResetDispositions();

  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  const int child_signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);

  Request request;
  if (!ReadRequest(kControlFd, &request)) return kUsageExit;
  Guardian(request, child_signals).Run();
  return 0;
}

}  // namespace
}  // namespace twelve::guard

int main() {
  return twelve::guard::Main();
}

#include "factors/08_concurrency/parts/process_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace twelve {
namespace {

// A child that dies younger than this would only die again: the next task starts one.
constexpr std::chrono::seconds kTooYoung(1);
// How long a child may take to end once its input has ended.
constexpr int kEndMs = 2000;

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

bool IsReadable(int fd, int timeout_ms) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, timeout_ms) > 0;
}

std::string HowItEnded(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("was ended by SIG{}", ::sigabbrev_np(WTERMSIG(status)));
  return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

bool SendAll(int socket, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t got = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) sent += static_cast<std::size_t>(got);
  }
  return true;
}

/// posix_spawn with `socket` as standard input and output, and the two signals blocked.
int Spawn(const std::vector<std::string>& command, int socket, pid_t* pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
  ::posix_spawnattr_init(&attributes);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGINT);
  ::posix_spawnattr_setsigmask(&attributes, &blocked);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const int failed = ::posix_spawn(pid, command[0].c_str(), &actions, &attributes,
                                   Pointers(command).data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return failed;
}

}  // namespace

ProcessPool::ProcessPool(std::vector<std::string> command, int size)
    : command_(std::move(command)),
      free_(::eventfd(static_cast<unsigned>(size), EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)),
      changed_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (int i = 0; i < size; ++i) slots_.push_back(std::make_unique<Slot>());
}

Result<std::unique_ptr<ProcessPool>> ProcessPool::Start(std::vector<std::string> command,
                                                        int size) {
  std::unique_ptr<ProcessPool> pool(new ProcessPool(std::move(command), size));
  for (const std::unique_ptr<Slot>& slot : pool->slots_) {
    if (Status status = pool->StartChild(*slot); !status) return status.error();
  }
  pool->keeper_ = std::thread([it = pool.get()] { it->Keep(); });
  return pool;
}

ProcessPool::~ProcessPool() {
  ending_ = true;
  ::eventfd_write(changed_.get(), 1);
  if (keeper_.joinable()) keeper_.join();
  for (const std::unique_ptr<Slot>& slot : slots_) slot->socket.Reset();
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot->pid > 0 && IsReadable(slot->process.get(), kEndMs)) {
      ::waitpid(slot->pid, nullptr, 0);
    } else {
      Kill(*slot);
    }
  }
}

Status ProcessPool::StartChild(Slot& slot) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return SystemError("cannot talk to a process of the pool", "socketpair", errno);
  }
  slot.socket = UniqueFd(ends[0]);
  const UniqueFd child_end(ends[1]);
  pid_t pid = -1;
  if (const int failed = Spawn(command_, child_end.get(), &pid); failed != 0) {
    slot.socket.Reset();
    return SystemError(fmt::format("cannot start {} as a process of the pool", command_[0]),
                       "posix_spawn", failed);
  }
  slot.process = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  slot.started = clock_.Now();
  slot.pid = pid;
  return {};
}

Result<std::string> ProcessPool::Run(const std::string& task, const Cancellation& cancel) {
  Slot* const slot = Take(cancel);
  if (slot == nullptr) {
    return Error{ErrorCode::kClosed, "given up before a process was free", {}, 0};
  }
  Result<std::string> answer = RunIn(*slot, task, cancel);
  Give(*slot);
  return answer;
}

ProcessPool::Slot* ProcessPool::Take(const Cancellation& cancel) {
  eventfd_t one = 0;
  do {
    pollfd wanted[] = {{free_.get(), POLLIN, 0}, {cancel.fd(), POLLIN, 0}};
    ::poll(wanted, 2, -1);
    if (cancel.cancelled()) return nullptr;
    // Somebody else may have been faster.
  } while (::eventfd_read(free_.get(), &one) != 0);
  MutexLock lock(mutex_);
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot->busy) continue;
    slot->busy = true;
    return slot.get();
  }
  return nullptr;  // never: the eventfd counts those that are not busy
}

void ProcessPool::Give(Slot& slot) {
  MutexLock lock(mutex_);
  slot.busy = false;
  ::eventfd_write(free_.get(), 1);
  ::eventfd_write(changed_.get(), 1);
}

Result<std::string> ProcessPool::RunIn(Slot& slot, const std::string& task,
                                       const Cancellation& cancel) {
  const bool died_idle = slot.pid > 0 && IsReadable(slot.process.get(), 0);
  if (died_idle) {
    Kill(slot);
    ++replaced_;
  }
  if (slot.pid < 0) {
    if (Status status = StartChild(slot); !status) return status.error();
  }
  if (!SendAll(slot.socket.get(), task + "\n")) return Lost(slot);
  return Answer(slot, cancel);
}

Result<std::string> ProcessPool::Answer(Slot& slot, const Cancellation& cancel) {
  std::string line;
  while (line.empty() || line.back() != '\n') {
    pollfd wanted[] = {{slot.socket.get(), POLLIN, 0}, {cancel.fd(), POLLIN, 0}};
    ::poll(wanted, 2, -1);
    if (wanted[0].revents == 0 && cancel.cancelled()) {
      // Nothing else ends what it computes.
      Kill(slot);
      if (StartChild(slot).ok()) ++replaced_;
      return Error{ErrorCode::kClosed, "given up while it was computed", {}, 0};
    }
    if (wanted[0].revents == 0) continue;
    char bytes[4096];
    const ssize_t got = ::recv(slot.socket.get(), bytes, sizeof bytes, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Lost(slot);
    line.append(bytes, static_cast<std::size_t>(got));
  }
  line.pop_back();
  if (line.starts_with('+')) return line.substr(1);
  return InvalidError(line.starts_with('-') ? line.substr(1) : "no answer but \"" + line + "\"");
}

Error ProcessPool::Lost(Slot& slot) {
  const std::string how = Kill(slot);
  if (StartChild(slot).ok()) ++replaced_;
  return {ErrorCode::kSystem, "the process that computed it " + how, {}, 0};
}

std::string ProcessPool::Kill(Slot& slot) {
  if (slot.pid < 0) return "could not be started";
  ::kill(slot.pid, SIGKILL);
  int status = 0;
  ::waitpid(slot.pid, &status, 0);
  slot.pid = -1;
  slot.process.Reset();
  slot.socket.Reset();
  return HowItEnded(status);
}

void ProcessPool::Keep() {
  while (!ending_) {
    std::vector<pollfd> wanted = {{changed_.get(), POLLIN, 0}};
    {
      MutexLock lock(mutex_);
      for (const std::unique_ptr<Slot>& slot : slots_) {
        if (!slot->busy && slot->pid > 0) wanted.push_back({slot->process.get(), POLLIN, 0});
      }
    }
    ::poll(wanted.data(), wanted.size(), -1);
    eventfd_t count = 0;
    ::eventfd_read(changed_.get(), &count);
    if (!ending_) ReplaceTheDead();
  }
}

void ProcessPool::ReplaceTheDead() {
  MutexLock lock(mutex_);
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot->busy || slot->pid < 0 || !IsReadable(slot->process.get(), 0)) continue;
    const bool too_young = clock_.Now() - slot->started < kTooYoung;
    Kill(*slot);
    if (!too_young && StartChild(*slot).ok()) ++replaced_;
  }
}

std::vector<pid_t> ProcessPool::Pids() const {
  std::vector<pid_t> pids;
  for (const std::unique_ptr<Slot>& slot : slots_) {
    if (slot->pid > 0) pids.push_back(slot->pid);
  }
  return pids;
}

}  // namespace twelve

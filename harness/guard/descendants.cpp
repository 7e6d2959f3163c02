#include "harness/guard/descendants.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace twelve::guard {
namespace {

constexpr int kDeepestTree = 64;  // beyond that only the parts are found, as they are orphaned
constexpr int kRetries = 4;

/// Skips `count` blank-separated fields.
const char* Skip(const char* at, int count) {
  for (; count > 0 && at != nullptr; --count) {
    at = std::strchr(at, ' ');
    if (at != nullptr) ++at;
  }
  return at;
}

ssize_t ReadSmallFile(const char* path, char* buffer, size_t size) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  const ssize_t got = read(fd, buffer, size - 1);
  close(fd);
  if (got >= 0) buffer[got] = '\0';
  return got;
}

pid_t ParsePid(const char* text) {
  return static_cast<pid_t>(std::strtol(text, nullptr, 10));
}

}  // namespace

bool ReadStat(pid_t pid, Stat* stat) {
  char path[32];
  char text[1024];
  std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
  if (ReadSmallFile(path, text, sizeof text) <= 0) return false;
  const char* name_end = std::strrchr(text, ')');
  if (name_end == nullptr || name_end[1] != ' ') return false;
  const char* at = name_end + 2;  // field 3 of proc(5)
  stat->state = *at;
  at = Skip(at, 1);
  if (at == nullptr) return false;
  char* next = nullptr;
  stat->parent = static_cast<pid_t>(std::strtol(at, &next, 10));
  stat->group = static_cast<pid_t>(std::strtol(next, &next, 10));
  stat->session = static_cast<pid_t>(std::strtol(next, &next, 10));
  const char* start = Skip(next + 1, 22 - 7);
  stat->start_ticks = start == nullptr ? 0 : std::strtoull(start, nullptr, 10);
  return true;
}

Descendants::Descendants()
    : self_(getpid()),
      proc_(opendir("/proc")),
      foreign_(
          static_cast<std::uint8_t*>(mmap(nullptr, kMaxPid / 8, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
  if (foreign_ == MAP_FAILED) foreign_ = nullptr;  // then every scan reads everything
}

bool Descendants::IsForeign(pid_t pid) const {
  return foreign_ != nullptr && pid > 0 && pid < kMaxPid &&
         (foreign_[pid / 8] & (1U << (pid % 8))) != 0;
}

void Descendants::SetForeign(pid_t pid) {
  if (foreign_ == nullptr || pid <= 0 || pid >= kMaxPid) return;
  foreign_[pid / 8] = static_cast<std::uint8_t>(foreign_[pid / 8] | (1U << (pid % 8)));
}

void Descendants::Forget() {
  if (foreign_ != nullptr) madvise(foreign_, kMaxPid / 8, MADV_DONTNEED);
}

void Descendants::ForEachCandidate(void (*visit)(pid_t, void*), void* context) {
  if (proc_ == nullptr) return;
  rewinddir(proc_);
  while (const dirent* entry = readdir(proc_)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const pid_t pid = ParsePid(entry->d_name);
    if (pid != self_ && !IsForeign(pid)) visit(pid, context);
  }
}

bool Descendants::IsOurs(pid_t pid, Stat* stat) {
  if (pid == self_) return false;
  for (int attempt = 0; attempt < kRetries; ++attempt) {
    const int verdict = Walk(pid, stat);
    if (verdict >= 0) return verdict == 1;
  }
  return false;
}

int Descendants::Walk(pid_t pid, Stat* stat) {
  pid_t path[kDeepestTree];
  int depth = 0;
  pid_t at = pid;
  while (at != self_) {
    const bool foreign = at <= 1 || IsForeign(at);
    if (foreign || depth == kDeepestTree) {
      for (int i = 0; foreign && i < depth; ++i) SetForeign(path[i]);
      return 0;
    }
    Stat read;
    if (!ReadStat(at, &read)) return depth == 0 ? 0 : -1;
    if (depth == 0) *stat = read;
    path[depth++] = at;
    // We made our session, and its number is ours as long as we live: its members descend from us.
    if (read.session == self_) break;
    at = read.parent;
  }
  // As long as a process names the same parent, that parent has not ended and its number means the
  // same; so the path above is true if all but its end, which names us or our session, reads the
  // same once more.
  for (int i = 0; i + 1 < depth; ++i) {
    Stat again;
    if (!ReadStat(path[i], &again) || again.parent != path[i + 1]) return -1;
  }
  return 1;
}

pid_t Descendants::NewestPid() const {
  char text[128];
  if (ReadSmallFile("/proc/loadavg", text, sizeof text) <= 0) return 0;
  const char* last = std::strrchr(text, ' ');
  return last == nullptr ? 0 : ParsePid(last + 1);
}

int OpenPidfd(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

void SignalPidfd(int pidfd, int signal) {
  syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0);
}

}  // namespace twelve::guard

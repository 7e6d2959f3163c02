#include "harness/guard/isolation.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

// <sys/mount.h> of glibc before 2.37 cannot stand beside <linux/mount.h>.
extern "C" int mount(const char* source, const char* target, const char* type, unsigned long flags,
                     const void* data) noexcept;

namespace twelve::guard {
namespace {

// mount(2) flags, which <linux/mount.h> has under the same names in some versions only.
constexpr unsigned long kBind = 4096;
constexpr unsigned long kRecursive = 16384;
constexpr unsigned long kSlave = 1UL << 19U;
constexpr unsigned long kProcFlags = 2 | 4 | 8;  // nosuid, nodev, noexec

bool NeedsMounts(const Request& request) {
  return request.Has(kPidNamespace) || request.header.read_only_paths > 0;
}

bool WriteFile(const char* path, const char* text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const auto size = static_cast<ssize_t>(std::strlen(text));
  const bool written = write(fd, text, static_cast<size_t>(size)) == size;
  const int kept = errno;
  close(fd);
  errno = kept;
  return written;
}

/// One user is all that an ordinary user may map: the one that it is, to the same number.
bool MapUser(unsigned user, unsigned group) {
  char line[64];
  std::snprintf(line, sizeof line, "%u %u 1", user, user);
  if (!WriteFile("/proc/self/uid_map", line)) return false;
  if (!WriteFile("/proc/self/setgroups", "deny")) return false;
  std::snprintf(line, sizeof line, "%u %u 1", group, group);
  return WriteFile("/proc/self/gid_map", line);
}

bool MakeReadOnly(const char* path) {
  if (mount(path, path, nullptr, kBind | kRecursive, nullptr) != 0) return false;
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  constexpr unsigned kWithAllBelow = 0x8000;  // AT_RECURSIVE
  return syscall(SYS_mount_setattr, AT_FDCWD, path, kWithAllBelow, &attributes,
                 sizeof attributes) == 0;
}

bool BringUpLoopback() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  ifreq request = {};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  const int kept = errno;
  close(fd);
  errno = kept;
  return up;
}

}  // namespace

unsigned long NamespaceFlags(const Request& request, bool through_user_namespace) {
  unsigned long flags = 0;
  if (request.Has(kPidNamespace)) flags |= CLONE_NEWPID;
  if (request.Has(kNetworkNamespace)) flags |= CLONE_NEWNET;
  if (NeedsMounts(request)) flags |= CLONE_NEWNS;
  if (flags != 0 && through_user_namespace) flags |= CLONE_NEWUSER;
  return flags;
}

Failure SetUpNamespaces(const Request& request, bool through_user_namespace, unsigned user,
                        unsigned group) {
  if (NamespaceFlags(request, false) == 0) return {};
  if (through_user_namespace && !MapUser(user, group)) return {Stage::kNamespaces, errno, 0};
  if (NeedsMounts(request) && mount("none", "/", nullptr, kRecursive | kSlave, nullptr) != 0) {
    return {Stage::kMounts, errno, 0};
  }
  if (request.Has(kPidNamespace) && mount("proc", "/proc", "proc", kProcFlags, nullptr) != 0) {
    return {Stage::kMountProc, errno, 0};
  }
  for (int i = 0; request.read_only_paths[i] != nullptr; ++i) {
    if (!MakeReadOnly(request.read_only_paths[i])) return {Stage::kReadOnly, errno, i};
  }
  if (request.Has(kNetworkNamespace) && !BringUpLoopback()) return {Stage::kLoopback, errno, 0};
  return {};
}

}  // namespace twelve::guard

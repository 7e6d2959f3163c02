#include "harness/guard/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <ctime>

namespace twelve::guard {
namespace {

constexpr int kDeepest = 400;  // an open descriptor for each level
// A process of another guardian may be writing there until that one has killed it. So as long as
// there is something to remove, it is not the last time.
constexpr int kMostPasses = 1000;
constexpr int kIdlePasses = 3;  // a file may come just behind the reader's back
constexpr timespec kNap = {0, 2'000'000};

struct Pass {
  dev_t device;
  long removed = 0;
};

int OpenDirectory(int parent, const char* name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const int fd = openat(parent, name, kFlags);
  if (fd >= 0) return fd;
  fchmodat(parent, name, S_IRWXU, 0);  // a service may have locked its own directory
  return openat(parent, name, kFlags);
}

void RemoveBelow(int parent, const char* name, Pass& pass, int depth);

/// Takes over `fd`.
void Empty(int fd, Pass& pass, int depth) {
  DIR* dir = fdopendir(fd);
  if (dir == nullptr) {
    close(fd);
    return;
  }
  fchmod(fd, S_IRWXU);
  while (const dirent* entry = readdir(dir)) {
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) {
      RemoveBelow(fd, entry->d_name, pass, depth);
    }
  }
  closedir(dir);
}

void RemoveBelow(int parent, const char* name, Pass& pass, int depth) {
  if (unlinkat(parent, name, 0) == 0) {
    ++pass.removed;
    return;
  }
  struct stat found;
  if (fstatat(parent, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (!S_ISDIR(found.st_mode) || found.st_dev != pass.device || depth >= kDeepest) return;
  const int fd = OpenDirectory(parent, name);
  if (fd >= 0) Empty(fd, pass, depth + 1);
  if (unlinkat(parent, name, AT_REMOVEDIR) == 0) ++pass.removed;
}

}  // namespace

void RemoveTree(const char* path) {
  struct stat found;
  if (path[0] != '/' || path[1] == '\0') return;
  int idle = 0;
  for (int i = 0; i < kMostPasses && idle < kIdlePasses; ++i) {
    if (lstat(path, &found) != 0 || !S_ISDIR(found.st_mode)) return;
    if (i > 0) nanosleep(&kNap, nullptr);
    Pass pass{found.st_dev};
    RemoveBelow(AT_FDCWD, path, pass, 0);
    idle = pass.removed > 0 ? 0 : idle + 1;
  }
}

}  // namespace twelve::guard

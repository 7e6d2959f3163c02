#include "harness/guard/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace twelve::guard {
namespace {

constexpr int kDeepest = 400;  // an open descriptor for each level

int OpenDirectory(int parent, const char* name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const int fd = openat(parent, name, kFlags);
  if (fd >= 0) return fd;
  fchmodat(parent, name, S_IRWXU, 0);  // a service may have locked its own directory
  return openat(parent, name, kFlags);
}

void RemoveBelow(int parent, const char* name, dev_t device, int depth);

/// Takes over `fd`.
void Empty(int fd, dev_t device, int depth) {
  DIR* dir = fdopendir(fd);
  if (dir == nullptr) {
    close(fd);
    return;
  }
  fchmod(fd, S_IRWXU);
  while (const dirent* entry = readdir(dir)) {
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) {
      RemoveBelow(fd, entry->d_name, device, depth);
    }
  }
  closedir(dir);
}

void RemoveBelow(int parent, const char* name, dev_t device, int depth) {
  if (unlinkat(parent, name, 0) == 0) return;
  struct stat found;
  if (fstatat(parent, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (!S_ISDIR(found.st_mode) || found.st_dev != device || depth >= kDeepest) return;
  const int fd = OpenDirectory(parent, name);
  if (fd >= 0) Empty(fd, device, depth + 1);
  unlinkat(parent, name, AT_REMOVEDIR);
}

}  // namespace

void RemoveTree(const char* path) {
  struct stat found;
  if (path[0] != '/' || path[1] == '\0' || lstat(path, &found) != 0) return;
  if (!S_ISDIR(found.st_mode)) return;
  RemoveBelow(AT_FDCWD, path, found.st_dev, 0);
}

}  // namespace twelve::guard

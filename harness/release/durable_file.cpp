#include "harness/release/durable_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "harness/base/unique_fd.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError("cannot write " + path, "write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

/// The path of a new file with these bytes, already on the disk.
Result<std::string> WriteScratch(const std::string& scratch, std::string_view bytes, mode_t mode) {
  std::string path = scratch + "/.new-XXXXXX";
  const UniqueFd fd(mkostemp(path.data(), O_CLOEXEC));
  if (!fd.valid()) return SystemError("cannot make a file in " + scratch, "mkostemp", errno);
  Status done = WriteAll(fd.get(), bytes, path);
  if (done && fchmod(fd.get(), mode) != 0) {
    done = SystemError("cannot write " + path, "fchmod", errno);
  }
  if (done && fsync(fd.get()) != 0) done = SystemError("cannot write " + path, "fsync", errno);
  if (done) return path;
  unlink(path.c_str());
  return done.error();
}

std::string ParentOf(const std::string& path) {
  const std::string parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent;
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return SystemError("cannot read " + path, "open", errno);
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t got = read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("cannot read " + path, "read", errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > max_bytes) {
      return InvalidError(path + " is larger than " + std::to_string(max_bytes) + " bytes");
    }
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Status ReplaceFile(const std::string& scratch, const std::string& path, std::string_view bytes,
                   mode_t mode) {
  const Result<std::string> written = WriteScratch(scratch, bytes, mode);
  if (!written) return written.error();
  const Status moved = MoveInPlace(*written, path);
  if (!moved) unlink(written->c_str());
  return moved;
}

Status PublishNew(const std::string& scratch, const std::string& path, std::string_view bytes,
                  mode_t mode) {
  const Result<std::string> written = WriteScratch(scratch, bytes, mode);
  if (!written) return written.error();
  // Unlike rename, link never takes the place of what is there.
  const int failed = link(written->c_str(), path.c_str()) == 0 ? 0 : errno;
  unlink(written->c_str());
  if (failed == EEXIST) return Error{ErrorCode::kBusy, path + " is there already", "link", failed};
  if (failed != 0) return SystemError("cannot make " + path, "link", failed);
  return SyncDirectory(ParentOf(path));
}

Status MoveInPlace(const std::string& from, const std::string& path) {
  if (rename(from.c_str(), path.c_str()) != 0) {
    return SystemError("cannot make " + path, "rename", errno);
  }
  return SyncDirectory(ParentOf(path));
}

Status SyncDirectory(const std::string& directory) {
  const UniqueFd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return SystemError("cannot open " + directory, "open", errno);
  if (fsync(fd.get()) != 0) return SystemError("cannot write " + directory, "fsync", errno);
  return {};
}

Status MakeDirectories(const std::string& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) {
    return SystemError("cannot make the directory " + path, "mkdir", failed.value());
  }
  return {};
}

Status RemoveTree(const std::string& path) {
  std::error_code failed;
  if (!fs::exists(fs::symlink_status(path, failed))) return {};
  if (fs::is_directory(fs::symlink_status(path, failed))) {
    // Entries can be removed only from directories that may be written.
    chmod(path.c_str(), 0700);
    for (fs::recursive_directory_iterator at(path, failed), end; !failed && at != end;
         at.increment(failed)) {
      if (at->is_directory(failed) && !at->is_symlink(failed)) chmod(at->path().c_str(), 0700);
    }
  }
  fs::remove_all(path, failed);
  if (failed) return SystemError("cannot remove " + path, "unlink", failed.value());
  return {};
}

}  // namespace twelve

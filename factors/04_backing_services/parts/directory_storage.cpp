#include "factors/04_backing_services/parts/directory_storage.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/stored_name.h"
#include "factors/contracts/random_id.h"

namespace twelve {
namespace {

constexpr std::string_view kUnfinished = ".part";
constexpr std::time_t kUnfinishedForSeconds = 3600;
constexpr std::string_view kHead = "Content-Type: ";
constexpr std::string_view kHeadEnd = "\n\n";

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using DirectoryStream = std::unique_ptr<DIR, CloseDirectory>;

/// From its beginning, whatever others read of it.
DirectoryStream OpenStream(int directory) {
  const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DirectoryStream stream(copy < 0 ? nullptr : ::fdopendir(copy));
  if (!stream && copy >= 0) ::close(copy);
  return stream;
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool ReadAll(int fd, std::string& bytes) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) return false;
  bytes.resize(static_cast<std::size_t>(facts.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::read(fd, bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno != EINTR) return false;
    if (count == 0) break;
    if (count > 0) filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return true;
}

/// One line; a line break in it would end the head of the file.
std::string OneLine(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
  return text;
}

void RemoveUnfinished(int directory) {
  const DirectoryStream stream = OpenStream(directory);
  if (!stream) return;
  const std::time_t now = ::time(nullptr);
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    struct stat facts {};
    if (name[0] == '.' && name.ends_with(kUnfinished) &&
        ::fstatat(directory, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
        now - facts.st_mtime > kUnfinishedForSeconds) {
      ::unlinkat(directory, entry->d_name, 0);
    }
  }
}

}  // namespace

DirectoryStorage::DirectoryStorage(std::string path, const BackingOptions& options,
                                   const Clock& clock)
    : path_(std::move(path)),
      place_("file://" + path_),
      pool_(
          place_, {1, options.pool_most, options.pool_wait, options.connect_timeout},
          [this](Duration) { return Open(); }, clock) {}

Error DirectoryStorage::Failed(const std::string& doing, const std::string& call,
                               int sys_errno) const {
  Error error = SystemError(fmt::format("cannot {} in {}", doing, path_), call, sys_errno);
  // The directory itself is gone, as a server would be; an object that is not there is no error.
  if (sys_errno == ENOENT || sys_errno == ENOTDIR || sys_errno == ESTALE) {
    error.code = ErrorCode::kClosed;
  }
  return error;
}

Result<std::unique_ptr<DirectoryStorage::Directory>> DirectoryStorage::Open() const {
  auto directory = std::make_unique<Directory>();
  directory->fd = UniqueFd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory->fd.valid()) return Failed("open the directory", "open", errno);
  return directory;
}

Status DirectoryStorage::Connect(Duration timeout) {
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) {
    return Failed("make the directory", "mkdir", errno);
  }
  if (Status status = pool_.Connect(timeout); !status) return status;
  const Result<Pool::Lease> lease = pool_.Take();
  if (lease) RemoveUnfinished((*lease)->fd.get());
  return lease ? Status() : lease.error();
}

Status DirectoryStorage::Check(Duration timeout) {
  const Result<Pool::Lease> lease = pool_.Take(timeout);
  if (!lease) return lease.error();
  // By its path: a descriptor would still know a directory that has been removed.
  if (::access(path_.c_str(), R_OK | W_OK | X_OK) == 0) return {};
  return Failed("read and write", "access", errno);
}

Status DirectoryStorage::WriteWhole(int directory, const std::string& name,
                                    const StoredObject& object) const {
  const UniqueFd file(::openat(directory, name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return Failed("make a file", "open", errno);
  const std::string head = fmt::format("{}{}{}", kHead, OneLine(object.content_type), kHeadEnd);
  if (!WriteAll(file.get(), head) || !WriteAll(file.get(), object.bytes)) {
    return Failed("write a file", "write", errno);
  }
  if (::fsync(file.get()) != 0) return Failed("bring a file to the disk", "fsync", errno);
  if (::renameat(directory, name.c_str(), directory, object.name.c_str()) != 0) {
    return Failed("put a file in place", "rename", errno);
  }
  if (::fsync(directory) != 0) return Failed("bring a name to the disk", "fsync", errno);
  return {};
}

Status DirectoryStorage::Put(const StoredObject& object) {
  if (Status status = CheckStoredName(object.name); !status) return status;
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  const std::string name = fmt::format(".{}.{}{}", object.name, RandomHex<8>(), kUnfinished);
  Status status = WriteWhole((*lease)->fd.get(), name, object);
  if (!status) ::unlinkat((*lease)->fd.get(), name.c_str(), 0);
  return status;
}

Result<std::optional<StoredObject>> DirectoryStorage::Get(const std::string& name) {
  if (Status status = CheckStoredName(name); !status) return status.error();
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  const UniqueFd file(
      ::openat((*lease)->fd.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.valid() && errno == ENOENT) return std::optional<StoredObject>();
  if (!file.valid()) return Failed("open a file", "open", errno);
  std::string bytes;
  if (!ReadAll(file.get(), bytes)) return Failed("read a file", "read", errno);
  const std::size_t end = bytes.find(kHeadEnd);
  if (!bytes.starts_with(kHead) || end == std::string::npos) {
    return Error{ErrorCode::kSystem,
                 fmt::format("{} in {} was not written by this service", name, path_),
                 {},
                 0};
  }
  std::string type = bytes.substr(kHead.size(), end - kHead.size());
  bytes.erase(0, end + kHeadEnd.size());
  return std::optional(StoredObject{name, std::move(bytes), std::move(type)});
}

Result<bool> DirectoryStorage::Remove(const std::string& name) {
  if (Status status = CheckStoredName(name); !status) return status.error();
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  const int directory = (*lease)->fd.get();
  if (::unlinkat(directory, name.c_str(), 0) != 0) {
    if (errno == ENOENT) return false;
    return Failed("remove a file", "unlink", errno);
  }
  if (::fsync(directory) != 0) return Failed("bring a removal to the disk", "fsync", errno);
  return true;
}

Result<std::vector<std::string>> DirectoryStorage::List(int max) {
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  const DirectoryStream stream = OpenStream((*lease)->fd.get());
  if (!stream) return Failed("list the files", "opendir", errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    if (IsStoredName(entry->d_name)) names.emplace_back(entry->d_name);
  }
  if (errno != 0) return Failed("list the files", "readdir", errno);
  std::sort(names.begin(), names.end());
  names.resize(std::min(names.size(), static_cast<std::size_t>(std::max(max, 0))));
  return names;
}

Result<std::string> ParseFileUrl(const std::string& url) {
  constexpr std::string_view kScheme = "file:///";
  if (!url.starts_with(kScheme) || url.size() == kScheme.size()) {
    return InvalidError("must be file:///absolute/path");
  }
  if (url.find_first_of("?#") != std::string::npos) {
    return InvalidError("has options after the path, and none are known; write ? as %3F");
  }
  return PercentDecode(url.substr(kScheme.size() - 1));
}

}  // namespace twelve

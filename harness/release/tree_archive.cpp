#include "harness/release/tree_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <set>
#include <vector>

#include "harness/base/unique_fd.h"
#include "harness/release/sha256.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBuffer = std::size_t{1} << 18;
constexpr const char* kLevel = "3";  // zstd's own default; part of what makes an id

struct FreeArchive {
  void operator()(archive* a) const { archive_free(a); }
};
struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using ArchivePtr = std::unique_ptr<archive, FreeArchive>;
using EntryPtr = std::unique_ptr<archive_entry, FreeEntry>;

Error ArchiveError(archive* a, const std::string& what) {
  const char* const why = archive_error_string(a);
  return {ErrorCode::kSystem, fmt::format("{}: {}", what, why != nullptr ? why : "unknown"), {}, 0};
}

/// Where libarchive's output goes: into the hash, and into a file if there is one.
struct Sink {
  UniqueFd fd;
  Sha256 hash;
  std::uint64_t bytes = 0;
  int sys_errno = 0;
};

la_ssize_t WriteToSink(archive* a, void* data, const void* buffer, size_t size) {
  Sink& sink = *static_cast<Sink*>(data);
  const std::string_view bytes(static_cast<const char*>(buffer), size);
  sink.hash.Add(bytes);
  sink.bytes += size;
  std::string_view rest = bytes;
  while (sink.fd.valid() && !rest.empty()) {
    const ssize_t n = write(sink.fd.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      sink.sys_errno = errno;
      archive_set_error(a, errno, "write");
      return -1;
    }
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  return static_cast<la_ssize_t>(size);
}

/// Writes the entries of one tree.
class Packer {
 public:
  Packer(std::string root, Sink& sink)
      : root_(std::move(root)), sink_(sink), archive_(archive_write_new()), buffer_(kBuffer) {}

  Result<std::uint64_t> Run() {
    if (const Status opened = Open(); !opened) return opened.error();
    const Result<std::vector<std::string>> names = Names();
    if (!names) return names.error();
    for (const std::string& name : *names) {
      if (const Status added = Add(name); !added) return added.error();
    }
    if (archive_write_close(archive_.get()) != ARCHIVE_OK) return Failed();
    return files_;
  }

 private:
  Error Failed() { return ArchiveError(archive_.get(), "cannot pack " + root_); }

  Status Open() {
    archive* const a = archive_.get();
    if (archive_write_set_format_gnutar(a) != ARCHIVE_OK ||
        archive_write_add_filter_zstd(a) != ARCHIVE_OK ||
        archive_write_set_filter_option(a, "zstd", "compression-level", kLevel) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
        archive_write_open(a, &sink_, nullptr, WriteToSink, nullptr) != ARCHIVE_OK) {
      return Failed();
    }
    return {};
  }

  /// Every path below the root, parents before what they hold.
  Result<std::vector<std::string>> Names() {
    std::vector<std::string> names;
    std::error_code failed;
    fs::recursive_directory_iterator at(root_, failed);
    for (const fs::recursive_directory_iterator end; !failed && at != end; at.increment(failed)) {
      names.push_back(at->path().lexically_relative(root_));
    }
    if (failed) return SystemError("cannot read " + root_, "readdir", failed.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  Status Add(const std::string& name) {
    const std::string path = root_ + "/" + name;
    struct stat found = {};
    if (lstat(path.c_str(), &found) != 0) return SystemError("cannot read " + path, "lstat", errno);
    const EntryPtr entry(archive_entry_new());
    archive_entry_copy_pathname(entry.get(), name.c_str());
    archive_entry_set_mtime(entry.get(), kFixedTime, 0);
    const bool runs = (found.st_mode & S_IXUSR) != 0;
    archive_entry_set_perm(entry.get(), S_ISREG(found.st_mode) && !runs ? 0644 : 0755);
    if (S_ISLNK(found.st_mode)) return AddLink(entry.get(), path);
    if (S_ISDIR(found.st_mode)) {
      archive_entry_set_filetype(entry.get(), AE_IFDIR);
      return Header(entry.get());
    }
    if (!S_ISREG(found.st_mode)) {
      return InvalidError(
          fmt::format("{} is no file, directory or link, and a slug holds nothing else; remove it "
                      "in post_build",
                      name));
    }
    ++files_;
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_size(entry.get(), found.st_size);
    if (const Status header = Header(entry.get()); !header) return header;
    return Contents(path, found.st_size);
  }

  Status AddLink(archive_entry* entry, const std::string& path) {
    std::error_code failed;
    const fs::path target = fs::read_symlink(path, failed);
    if (failed) return SystemError("cannot read " + path, "readlink", failed.value());
    archive_entry_set_filetype(entry, AE_IFLNK);
    archive_entry_set_perm(entry, 0777);
    archive_entry_copy_symlink(entry, target.c_str());
    return Header(entry);
  }

  Status Header(archive_entry* entry) {
    if (archive_write_header(archive_.get(), entry) != ARCHIVE_OK) return Failed();
    return {};
  }

  Status Contents(const std::string& path, off_t size) {
    const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd.valid()) return SystemError("cannot read " + path, "open", errno);
    off_t left = size;
    while (left > 0) {
      const ssize_t got = read(fd.get(), buffer_.data(), buffer_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SystemError("cannot read " + path, "read", errno);
      if (got == 0 || got > left) return InvalidError(path + " changed while it was packed");
      const auto bytes = static_cast<std::size_t>(got);
      if (archive_write_data(archive_.get(), buffer_.data(), bytes) != got) return Failed();
      left -= got;
    }
    return {};
  }

  std::string root_;
  Sink& sink_;
  ArchivePtr archive_;
  std::vector<char> buffer_;
  std::uint64_t files_ = 0;
};

/// Makes the files of one archive.
class Unpacker {
 public:
  Unpacker(std::string archive, std::string root, TreeMode mode)
      : path_(std::move(archive)),
        root_(std::move(root)),
        mode_(mode),
        archive_(archive_read_new()) {}

  Status Run() {
    archive* const a = archive_.get();
    archive_read_support_filter_zstd(a);
    archive_read_support_filter_none(a);
    archive_read_support_format_tar(a);
    if (archive_read_open_filename(a, path_.c_str(), kBuffer) != ARCHIVE_OK) return Failed();
    directories_.insert("");
    for (;;) {
      archive_entry* entry = nullptr;
      const int got = archive_read_next_header(a, &entry);
      if (got == ARCHIVE_EOF) return Finish();
      // A warning is about a name that the locale cannot say; its bytes are there all the same.
      if (got != ARCHIVE_OK && got != ARCHIVE_WARN) return Failed();
      if (const Status made = Make(entry); !made) return made;
    }
  }

 private:
  Error Failed() { return ArchiveError(archive_.get(), "cannot unpack " + path_); }
  Error LeadsOut(const std::string& name) {
    return InvalidError(
        fmt::format("{} holds the name \"{}\", which leads out of it", path_, name));
  }

  Status Make(archive_entry* entry) {
    const char* text = archive_entry_pathname(entry);
    if (text == nullptr) text = archive_entry_pathname_utf8(entry);
    if (text == nullptr) return Failed();
    std::string name(text);
    while (!name.empty() && name.back() == '/') name.pop_back();
    if (name.empty() || name == ".") return {};
    for (const fs::path& part : fs::path(name)) {
      if (part == ".." || part == "/") return LeadsOut(name);
    }
    if (const Status parents = MakeDirectory(fs::path(name).parent_path()); !parents) {
      return parents;
    }
    switch (archive_entry_filetype(entry)) {
      case AE_IFDIR:
        return MakeDirectory(name);
      case AE_IFLNK:
        return MakeLink(entry, name);
      case AE_IFREG:
        if (archive_entry_hardlink(entry) == nullptr) return MakeFile(entry, name);
        break;
      default:
        break;
    }
    return InvalidError(
        fmt::format("{} holds \"{}\", which is no file, directory or link", path_, name));
  }

  /// Only directories that this call made count: a link that leads elsewhere is none of them.
  Status MakeDirectory(const std::string& name) {
    if (directories_.count(name) != 0) return {};
    if (const Status parent = MakeDirectory(fs::path(name).parent_path()); !parent) return parent;
    const std::string path = root_ + "/" + name;
    if (mkdir(path.c_str(), 0755) != 0) {
      if (errno == EEXIST) return LeadsOut(name);
      return SystemError("cannot make " + path, "mkdir", errno);
    }
    directories_.insert(name);
    return {};
  }

  Status MakeLink(archive_entry* entry, const std::string& name) {
    const char* target = archive_entry_symlink(entry);
    if (target == nullptr) target = archive_entry_symlink_utf8(entry);
    const std::string path = root_ + "/" + name;
    if (target == nullptr) return Failed();
    if (symlink(target, path.c_str()) != 0) {
      return SystemError("cannot make " + path, "symlink", errno);
    }
    return {};
  }

  Status MakeFile(archive_entry* entry, const std::string& name) {
    const std::string path = root_ + "/" + name;
    const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd.valid()) return SystemError("cannot make " + path, "open", errno);
    const int copied = archive_read_data_into_fd(archive_.get(), fd.get());
    if (copied != ARCHIVE_OK && copied != ARCHIVE_EOF) return Failed();
    const bool runs = (archive_entry_perm(entry) & S_IXUSR) != 0;
    const mode_t mode = runs ? 0755 : 0644;
    const timespec times[2] = {{kFixedTime, 0}, {kFixedTime, 0}};
    if (fchmod(fd.get(), mode & ~ForbiddenBits()) != 0 || futimens(fd.get(), times) != 0) {
      return SystemError("cannot make " + path, "fchmod", errno);
    }
    return {};
  }

  /// Directories lose their write permission last, and children before parents.
  Status Finish() {
    for (auto name = directories_.rbegin(); name != directories_.rend(); ++name) {
      if (name->empty()) continue;
      const std::string path = root_ + "/" + *name;
      const timespec times[2] = {{kFixedTime, 0}, {kFixedTime, 0}};
      if (chmod(path.c_str(), 0755 & ~ForbiddenBits()) != 0 ||
          utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) {
        return SystemError("cannot make " + path, "chmod", errno);
      }
    }
    return {};
  }

  mode_t ForbiddenBits() const { return mode_ == TreeMode::kReadOnly ? 0222 : 0; }

  std::string path_;
  std::string root_;
  TreeMode mode_;
  ArchivePtr archive_;
  std::set<std::string> directories_;
};

}  // namespace

Result<PackedTree> PackTree(const std::string& directory, const std::string& archive) {
  Sink sink;
  if (!archive.empty()) {
    sink.fd = UniqueFd(open(archive.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!sink.fd.valid()) return SystemError("cannot make " + archive, "open", errno);
  }
  const Result<std::uint64_t> files = Packer(directory, sink).Run();
  if (!files) return files.error();
  if (sink.fd.valid() && fsync(sink.fd.get()) != 0) {
    return SystemError("cannot write " + archive, "fsync", errno);
  }
  return PackedTree{sink.hash.Hex(), sink.bytes, *files};
}

Status UnpackTree(const std::string& archive, const std::string& directory, TreeMode mode) {
  return Unpacker(archive, directory, mode).Run();
}

}  // namespace twelve

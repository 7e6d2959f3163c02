#include "harness/release/store_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "harness/release/durable_file.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

constexpr int kSchema = 1;
constexpr std::size_t kLargestRecord = std::size_t{16} << 20;
constexpr std::string_view kKeyProbe = "the key of a Twelve store";
constexpr const char* kFolders[] = {"slugs",  "trees",      "cache",   "releases", "environments",
                                    "builds", "parameters", "running", "scratch"};
constexpr int kAttempts = 100;  // to make a scratch directory that nobody cleans up meanwhile

Error Refused(std::string message) {
  return {ErrorCode::kDenied, std::move(message), {}, 0};
}

/// An flock on `path`; waits when `wait`. kBusy when it is taken.
Result<UniqueFd> LockFile(const std::string& path, int flags, bool wait) {
  UniqueFd fd(open(path.c_str(), flags | O_CLOEXEC, kPrivateFile));
  if (!fd.valid()) return SystemError("cannot open " + path, "open", errno);
  while (flock(fd.get(), wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return Error{ErrorCode::kBusy, path + " is locked", "flock", errno};
    return SystemError("cannot lock " + path, "flock", errno);
  }
  return fd;
}

bool StillThere(int fd) {
  struct stat found = {};
  return fstat(fd, &found) == 0 && found.st_nlink > 0;
}

}  // namespace

Result<std::string> DefaultStoreDirectory() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/twelve";
  const char* const home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.local/state/twelve";
  return Error{ErrorCode::kNotFound,
               "there is no place for the store: set HOME, or name one with --store DIR",
               {},
               0};
}

StoreScratch::StoreScratch(StoreScratch&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

StoreScratch::~StoreScratch() {
  if (!path_.empty()) static_cast<void>(RemoveTree(path_));
}

Result<std::unique_ptr<StoreDirectory>> StoreDirectory::Open(const StoreOptions& options) {
  std::string root = options.directory;
  if (root.empty()) {
    Result<std::string> standard = DefaultStoreDirectory();
    if (!standard) return standard.error();
    root = std::move(standard).value();
  }
  root = fs::absolute(root).lexically_normal();
  while (root.size() > 1 && root.back() == '/') root.pop_back();
  const std::string key_file = options.key_file.empty()
                                   ? root + "/key"
                                   : fs::absolute(options.key_file).lexically_normal().string();
  const bool exists = fs::exists(root + "/store.json");
  if (!exists && !options.create) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("there is no store at {}; `twelve release build` makes one, --store "
                             "DIR names another",
                             root),
                 {},
                 0};
  }
  if (!exists) {
    if (const Status made = MakeDirectories(root); !made) return made.error();
    chmod(root.c_str(), 0700);
  }
  // A store without its key must not get another one: nothing in it could be read any more.
  const Result<StoreKey> key = exists ? StoreKey::Load(key_file) : StoreKey::LoadOrCreate(key_file);
  if (!key) return key.error();
  std::unique_ptr<StoreDirectory> store(new StoreDirectory(root, key_file, *key));
  if (const Status folders = store->MakeFolders(); !folders) return folders.error();
  if (const Status mark = store->CheckOrMakeMark(!exists); !mark) return mark.error();
  store->RemoveAbandonedScratch();
  return store;
}

Status StoreDirectory::MakeFolders() const {
  for (const char* folder : kFolders) {
    if (const Status made = MakeDirectories(Path(folder)); !made) return made;
  }
  return {};
}

Status StoreDirectory::CheckOrMakeMark(bool create) const {
  const std::string path = Path("store.json");
  if (create) {
    const nlohmann::json mark = {{"schema", kSchema}, {"key_check", key_.Seal(kKeyProbe)}};
    const Status made = PublishNew(Path("scratch"), path, mark.dump() + "\n", kPrivateFile);
    if (!made && made.error().code != ErrorCode::kBusy) return made;
  }
  const Result<std::string> text = ReadFile(path, kLargestRecord);
  if (!text) return text.error();
  const nlohmann::json mark = nlohmann::json::parse(*text, nullptr, false);
  if (!mark.is_object() || mark.value("schema", 0) != kSchema) {
    return InvalidError(path + " is not that of a store which this Twelve can read");
  }
  if (!key_.IsSealOf(mark.value("key_check", ""), kKeyProbe)) {
    return Refused(
        fmt::format("the key in {} does not open the store {}; name the right one with "
                    "--key-file",
                    key_file_, root_));
  }
  return {};
}

Result<StoreLock> StoreDirectory::Lock() const {
  Result<UniqueFd> fd = LockFile(Path("lock"), O_RDWR | O_CREAT, true);
  if (!fd) return fd.error();
  return StoreLock(std::move(fd).value());
}

Result<StoreLock> StoreDirectory::TryLock(const std::string& name) const {
  Result<UniqueFd> fd = LockFile(Path(name), O_RDWR | O_CREAT, false);
  if (!fd) return fd.error();
  return StoreLock(std::move(fd).value());
}

Result<StoreScratch> StoreDirectory::MakeScratch() const {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::string path = Path("scratch/XXXXXX");
    if (mkdtemp(path.data()) == nullptr) {
      return SystemError("cannot make a directory in " + Path("scratch"), "mkdtemp", errno);
    }
    // Somebody who opens the store just now may take a directory without a lock for abandoned.
    Result<UniqueFd> lock = LockFile(path, O_RDONLY | O_DIRECTORY, false);
    if (lock && StillThere(lock->get())) return StoreScratch(path, std::move(lock).value());
  }
  return Error{ErrorCode::kBusy, "cannot make a directory in " + Path("scratch"), {}, 0};
}

void StoreDirectory::RemoveAbandonedScratch() const {
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(Path("scratch"), failed)) {
    if (!entry.is_directory(failed)) continue;
    const Result<UniqueFd> lock = LockFile(entry.path(), O_RDONLY | O_DIRECTORY, false);
    if (lock) static_cast<void>(RemoveTree(entry.path()));
  }
}

std::string StoreDirectory::Sealed(const std::string& below, const nlohmann::json& body) const {
  // The name is sealed too: a record must not pass for another one.
  const std::string seal = key_.Seal(below + "\n" + body.dump());
  return nlohmann::json{{"body", body}, {"seal", seal}}.dump(1) + "\n";
}

Status StoreDirectory::WriteSealed(const std::string& below, const nlohmann::json& body) const {
  const Result<StoreScratch> scratch = MakeScratch();
  if (!scratch) return scratch.error();
  return ReplaceFile(scratch->path(), Path(below), Sealed(below, body), kPrivateFile);
}

Status StoreDirectory::WriteNewSealed(const std::string& below, const nlohmann::json& body) const {
  const Result<StoreScratch> scratch = MakeScratch();
  if (!scratch) return scratch.error();
  return PublishNew(scratch->path(), Path(below), Sealed(below, body), kFixedFile);
}

Result<nlohmann::json> StoreDirectory::ReadSealed(const std::string& below) const {
  const std::string path = Path(below);
  const Result<std::string> text = ReadFile(path, kLargestRecord);
  if (!text) return text.error();
  const nlohmann::json record = nlohmann::json::parse(*text, nullptr, false);
  const bool shaped = record.is_object() && record.contains("body") && record.contains("seal") &&
                      record["seal"].is_string();
  if (!shaped ||
      !key_.IsSealOf(record["seal"].get<std::string>(), below + "\n" + record["body"].dump())) {
    return Refused(path + " was changed after Twelve wrote it; it is not used");
  }
  return record["body"];
}

}  // namespace twelve

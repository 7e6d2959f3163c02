#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/04_backing_services/parts/connection_pool.h"
#include "factors/contracts/object_storage.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Factor IV, embedded: files in a directory, for those who have no object store. Honest about
/// what it is: only processes that see the same directory share it.
///   file:///abs/path   %XX in the path is decoded
///
/// A file begins with its content type and an empty line, as a mail does; the object's bytes
/// follow. It is written under another name, brought to the disk, and renamed: readers find the
/// old object or the new one, whatever dies in between.
///
/// Threads: any.
/// Owns:    descriptors of the directory. Makes it, below a directory that is there. What writers
///          that died left behind it removes at Connect, when it is older than an hour.
/// Errors:  those of ObjectStorage. A file system that hangs cannot be given up on.
class DirectoryStorage final : public ObjectStorage {
 public:
  /// `path` is absolute. The clock must outlive it.
  DirectoryStorage(std::string path, const BackingOptions& options, const Clock& clock);

  std::string place() const override { return place_; }
  Status Connect(Duration timeout) override;
  void Disconnect() override { pool_.Disconnect(); }
  Status Check(Duration timeout) override;
  std::vector<BackingFigure> Figures() const override { return pool_.Figures(); }

  Status Put(const StoredObject& object) override;
  Result<std::optional<StoredObject>> Get(const std::string& name) override;
  Result<bool> Remove(const std::string& name) override;
  Result<std::vector<std::string>> List(int max) override;

 private:
  /// The directory, open for one thread at a time.
  struct Directory {
    UniqueFd fd;
    bool LooksAlive() const { return true; }
    bool broken() const { return false; }
  };
  using Pool = ConnectionPool<Directory>;

  Result<std::unique_ptr<Directory>> Open() const;
  Error Failed(const std::string& doing, const std::string& call, int sys_errno) const;
  Status WriteWhole(int directory, const std::string& name, const StoredObject& object) const;

  const std::string path_;
  const std::string place_;
  Pool pool_;
};

/// The path of a file: URL. Errors: kInvalid; the message completes "STORAGE_URL …".
Result<std::string> ParseFileUrl(const std::string& url);

}  // namespace twelve

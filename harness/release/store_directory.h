#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/release/store_key.h"

namespace twelve {

/// Where a store is and which key opens it.
struct StoreOptions {
  std::string directory;  // empty: $XDG_STATE_HOME/twelve, else ~/.local/state/twelve
  std::string key_file;   // empty: "key" in the directory
  bool create = false;    // make directory and key when they are not there
};

/// A lock that no other program holds, until this is destroyed or the program ends.
class StoreLock {
 public:
  explicit StoreLock(UniqueFd fd) : fd_(std::move(fd)) {}

 private:
  UniqueFd fd_;
};

/// A new private directory on the store's file system, removed with this object. What a killed
/// program leaves of one is removed by the next that opens the store.
class StoreScratch {
 public:
  StoreScratch(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  ~StoreScratch();
  StoreScratch(StoreScratch&& other) noexcept;
  StoreScratch& operator=(StoreScratch&&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;  // empty when moved from
  UniqueFd lock_;
};

/// The directory that slugs, releases, builds and parameters lie in. It says where things are, who
/// may write, and whether a record is still what was written; what records mean is for others.
///
///   store.json  lock  key          slugs/ID.tar.zst   trees/ID/      cache/KEY.tar.zst
///   releases/vN.json               environments/NAME.json            builds/N/
///   parameters/HASH.json           running/NAME.json  scratch/       build.lock  build/
///
/// Threads: any; writers hold Lock().
/// Owns:    the key.
/// Errors:  Open: kNotFound when there is no store and none is to be made, kDenied when the key is
///          not the store's. ReadSealed: kDenied when the record was changed by somebody else.
class StoreDirectory {
 public:
  static Result<std::unique_ptr<StoreDirectory>> Open(const StoreOptions& options);

  const std::string& root() const { return root_; }
  const std::string& key_file() const { return key_file_; }
  const StoreKey& key() const { return key_; }
  std::string Path(const std::string& below) const { return root_ + "/" + below; }

  /// Waits until nobody else holds it. Hold it for a moment only.
  Result<StoreLock> Lock() const;
  /// kBusy when somebody else holds the lock file `name`.
  Result<StoreLock> TryLock(const std::string& name) const;
  Result<StoreScratch> MakeScratch() const;

  /// `below` is a path of the store. New records never take the place of others: kBusy.
  Status WriteSealed(const std::string& below, const nlohmann::json& body) const;
  Status WriteNewSealed(const std::string& below, const nlohmann::json& body) const;
  Result<nlohmann::json> ReadSealed(const std::string& below) const;

 private:
  StoreDirectory(std::string root, std::string key_file, StoreKey key)
      : root_(std::move(root)), key_file_(std::move(key_file)), key_(key) {}
  Status CheckOrMakeMark(bool create) const;
  Status MakeFolders() const;
  void RemoveAbandonedScratch() const;
  std::string Sealed(const std::string& below, const nlohmann::json& body) const;

  std::string root_;
  std::string key_file_;
  StoreKey key_;
};

/// $XDG_STATE_HOME/twelve, else ~/.local/state/twelve. kNotFound when there is no HOME either.
Result<std::string> DefaultStoreDirectory();

}  // namespace twelve

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/release/store_directory.h"
#include "harness/release/tree_archive.h"

namespace twelve {

/// "sha256:0123456789ab": how people see the id of a slug.
std::string ShortSlug(const std::string& id);

/// The slugs of a store, each named by the SHA-256 of its bytes, and the trees unpacked from them.
/// Nothing in it is ever changed.
///
/// Threads: any. Owns: nothing.
/// Errors:  kNotFound when a slug was removed, kDenied when its bytes or its tree are no longer
///          those that its name says.
class SlugStore {
 public:
  explicit SlugStore(const StoreDirectory& store) : store_(store) {}

  /// Packs `tree` and keeps it. The same tree is kept once.
  Result<PackedTree> Add(const std::string& tree) const;
  bool Has(const std::string& id) const;
  /// Reads all of it and compares.
  Status Check(const std::string& id) const;
  /// The directory that holds the slug's files, without write permission; unpacked once. Slug and
  /// tree are compared with the id each time.
  Result<std::string> Tree(const std::string& id) const;
  std::vector<std::string> All() const;
  /// Removes slug and tree; returns how many bytes the slug had.
  Result<std::uint64_t> Remove(const std::string& id) const;

 private:
  std::string File(const std::string& id) const;
  Status Unpack(const std::string& id, const std::string& tree) const;

  const StoreDirectory& store_;
};

}  // namespace twelve

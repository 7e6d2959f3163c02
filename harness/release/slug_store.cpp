#include "harness/release/slug_store.h"

#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "harness/release/durable_file.h"
#include "harness/release/sha256.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".tar.zst";

Error Refused(std::string message) {
  return {ErrorCode::kDenied, std::move(message), {}, 0};
}

}  // namespace

std::string ShortSlug(const std::string& id) {
  return id.empty() ? "" : "sha256:" + id.substr(0, 12);
}

std::string SlugStore::File(const std::string& id) const {
  return store_.Path("slugs/" + id).append(kEnding);
}

bool SlugStore::Has(const std::string& id) const {
  return fs::exists(File(id));
}

Result<PackedTree> SlugStore::Add(const std::string& tree) const {
  const Result<StoreScratch> scratch = store_.MakeScratch();
  if (!scratch) return scratch.error();
  const std::string archive = scratch->path() + "/slug";
  Result<PackedTree> packed = PackTree(tree, archive);
  if (!packed) return packed.error();
  // One that is there and whole stays: its file is not touched.
  if (Has(packed->id) && Check(packed->id).ok()) return packed;
  if (chmod(archive.c_str(), 0444) != 0) {
    return SystemError("cannot keep the slug", "chmod", errno);
  }
  if (const Status moved = MoveInPlace(archive, File(packed->id)); !moved) return moved.error();
  return packed;
}

Status SlugStore::Check(const std::string& id) const {
  const Result<std::string> real = Sha256OfFile(File(id));
  if (!real && real.error().code == ErrorCode::kNotFound) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format("the slug {} is not kept any more; build its commit again", ShortSlug(id)),
        {},
        0};
  }
  if (!real) return real.error();
  if (*real != id) {
    return Refused(fmt::format("{} was changed after the build: its bytes are {}; it is not used",
                               File(id), ShortSlug(*real)));
  }
  return {};
}

Result<std::string> SlugStore::Tree(const std::string& id) const {
  if (const Status whole = Check(id); !whole) return whole.error();
  const std::string tree = store_.Path("trees/" + id);
  if (!fs::exists(tree)) {
    if (const Status unpacked = Unpack(id, tree); !unpacked) return unpacked.error();
  }
  // The same files pack to the same bytes, so the tree's id must be the slug's.
  const Result<PackedTree> packed = PackTree(tree, "");
  if (!packed) return packed.error();
  if (packed->id != id) {
    return Refused(
        fmt::format("{} is no longer what its slug holds; nothing is started from it; "
                    "remove that directory, and it is unpacked again",
                    tree));
  }
  return tree;
}

Status SlugStore::Unpack(const std::string& id, const std::string& tree) const {
  const Result<StoreScratch> scratch = store_.MakeScratch();
  if (!scratch) return scratch.error();
  const std::string fresh = scratch->path() + "/tree";
  if (const Status made = MakeDirectories(fresh); !made) return made;
  if (const Status unpacked = UnpackTree(File(id), fresh, TreeMode::kReadOnly); !unpacked) {
    return unpacked;
  }
  const Status moved = MoveInPlace(fresh, tree);
  // Another program may have unpacked it in the meantime.
  if (!moved && !fs::exists(tree)) return moved;
  // Last, because a directory without write permission cannot be moved.
  if (chmod(tree.c_str(), 0555) != 0) return SystemError("cannot make " + tree, "chmod", errno);
  return {};
}

std::vector<std::string> SlugStore::All() const {
  std::vector<std::string> ids;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(store_.Path("slugs"), failed)) {
    const std::string name = entry.path().filename();
    if (name.ends_with(kEnding)) ids.push_back(name.substr(0, name.size() - kEnding.size()));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<std::uint64_t> SlugStore::Remove(const std::string& id) const {
  std::error_code failed;
  const std::uintmax_t bytes = fs::file_size(File(id), failed);
  // Moved aside first: a tree that is half removed must never stand under its name.
  const std::string tree = store_.Path("trees/" + id);
  if (fs::exists(tree)) {
    const Result<StoreScratch> scratch = store_.MakeScratch();
    if (!scratch) return scratch.error();
    chmod(tree.c_str(), 0755);
    if (const Status moved = MoveInPlace(tree, scratch->path() + "/tree"); !moved) {
      return moved.error();
    }
  }
  const bool removed = fs::remove(File(id), failed);
  if (failed) return SystemError("cannot remove " + File(id), "unlink", failed.value());
  return removed ? static_cast<std::uint64_t>(bytes) : 0;
}

}  // namespace twelve

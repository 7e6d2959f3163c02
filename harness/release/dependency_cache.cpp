#include "harness/release/dependency_cache.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/release/durable_file.h"
#include "harness/release/sha256.h"
#include "harness/release/tree_archive.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

}  // namespace

LockFiles ReadLockFiles(const std::string& tree, const BuildPlan& plan) {
  std::vector<std::string> names = plan.cache_key;
  if (names.empty()) {
    for (const std::string_view known : KnownLockFiles()) names.emplace_back(known);
  }
  LockFiles locks;
  Sha256 all;
  for (const std::string& name : names) {
    const Result<std::string> hash = Sha256OfFile(tree + "/" + name);
    if (!hash) continue;
    locks.names.push_back(name);
    all.Add(name + "\n" + *hash + "\n");
  }
  if (!locks.names.empty()) locks.hash = all.Hex();
  return locks;
}

std::optional<std::string> DependencyCache::KeyOf(const LockFiles& locks, const BuildPlan& plan) {
  if (locks.hash.empty() || plan.cache_paths.empty()) return std::nullopt;
  // What fills the paths counts as well: another command may install other things.
  const json parts = {
      {"locks", locks.hash}, {"paths", plan.cache_paths}, {"pre_build", plan.phases[0].commands}};
  return Sha256Hex(parts.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string DependencyCache::Place(const std::string& path) const {
  return path.starts_with("~/") ? home_ + path.substr(1) : tree_ + "/" + path;
}

Result<bool> DependencyCache::Restore(const std::string& key) const {
  const Result<json> index = store_.ReadSealed("cache/" + key + ".json");
  if (!index) {
    if (index.error().code == ErrorCode::kNotFound) return false;
    return index.error();
  }
  for (const json& row : *index) {
    const std::string archive = store_.Path("cache/" + key + "/" + row.value("file", ""));
    const Result<std::string> id = Sha256OfFile(archive);
    if (!id) return id.error();
    if (*id != row.value("id", "")) {
      return Error{ErrorCode::kDenied, archive + " was changed after it was kept", {}, 0};
    }
  }
  for (const json& row : *index) {
    const std::string place = Place(row.value("path", ""));
    if (fs::exists(fs::symlink_status(place))) continue;
    if (const Status made = MakeDirectories(place); !made) return made.error();
    const std::string archive = store_.Path("cache/" + key + "/" + row.value("file", ""));
    const Status unpacked = UnpackTree(archive, place, TreeMode::kWritable);
    if (!unpacked) {
      static_cast<void>(RemoveTree(place));
      return unpacked.error();
    }
  }
  return true;
}

Status DependencyCache::Keep(const std::string& key, const BuildPlan& plan) const {
  const Result<StoreScratch> scratch = store_.MakeScratch();
  if (!scratch) return scratch.error();
  const std::string folder = scratch->path() + "/kept";
  if (const Status made = MakeDirectories(folder); !made) return made;
  json index = json::array();
  for (const std::string& path : plan.cache_paths) {
    if (!fs::is_directory(fs::symlink_status(Place(path)))) continue;
    const std::string file = fmt::format("{}.tar.zst", index.size());
    const Result<PackedTree> packed = PackTree(Place(path), folder + "/" + file);
    if (!packed) return packed.error();
    index.push_back({{"path", path}, {"file", file}, {"id", packed->id}});
  }
  if (index.empty()) return {};
  const std::string place = store_.Path("cache/" + key);
  // Without its index a folder counts for nothing; a build that was killed may have left one.
  if (const Status removed = RemoveTree(place); !removed) return removed;
  if (const Status moved = MoveInPlace(folder, place); !moved) return moved;
  return store_.WriteSealed("cache/" + key + ".json", index);
}

}  // namespace twelve

#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"

namespace twelve {

/// What a packed tree came to.
struct PackedTree {
  std::string id;           // SHA-256 of the archive's bytes, in hex
  std::uint64_t bytes = 0;  // of the archive
  std::uint64_t files = 0;
};

/// 1 January 1980, the earliest that zip files can say: every file of a packed tree has this time.
inline constexpr long kFixedTime = 315532800;

/// Writes `directory` as a tar with zstd to the new file `archive`; the same tree gives the same
/// bytes: names in byte order, one time, no owner, modes 755 and 644, no extended headers. An empty
/// `archive` only computes the id. kInvalid for what a slug cannot hold (sockets, devices, FIFOs).
Result<PackedTree> PackTree(const std::string& directory, const std::string& archive);

enum class TreeMode { kWritable, kReadOnly };  // 755 and 644, or 555 and 444

/// Unpacks a tar, compressed by zstd or not, into the existing directory. Nothing is written
/// outside of it: kInvalid for names that lead out, or below a symbolic link. The directory itself
/// stays writable.
Status UnpackTree(const std::string& archive, const std::string& directory, TreeMode mode);

}  // namespace twelve

#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace twelve {

// Files that are either wholly there or not at all, whenever this program or the machine stops.
// Bytes go to a new file in `scratch`, to the disk, and only then under their name. `scratch` must
// be on the same file system.

inline constexpr mode_t kPrivateFile = 0600;
inline constexpr mode_t kFixedFile = 0400;  // nobody may write it, its owner neither

/// kNotFound, kDenied, or kInvalid when it is larger than `max_bytes`.
Result<std::string> ReadFile(const std::string& path, std::size_t max_bytes);

/// Puts `bytes` under `path`, in place of what was there.
Status ReplaceFile(const std::string& scratch, const std::string& path, std::string_view bytes,
                   mode_t mode);
/// Puts `bytes` under `path`. kBusy when something is there already: it is left as it is.
Status PublishNew(const std::string& scratch, const std::string& path, std::string_view bytes,
                  mode_t mode);
/// Moves a finished file or directory under `path`, in place of a file that was there.
Status MoveInPlace(const std::string& from, const std::string& path);
/// What was created, renamed or removed in `directory` stays so after a power cut.
Status SyncDirectory(const std::string& directory);
Status MakeDirectories(const std::string& path);
/// Removes a tree, also one without write permission. What is not there is no error.
Status RemoveTree(const std::string& path);

}  // namespace twelve

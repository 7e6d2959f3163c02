#pragma once

#include <string>

#include "harness/base/result.h"

namespace twelve {

/// Factor IV: a backing service is attached by a URL and nothing else, so that another one can
/// take its place without a change in the code.
///   sqlite:///abs/path   a file; %XX in the path is decoded
///   sqlite::memory:      inside the process, gone with it
struct DatabaseLocation {
  static constexpr const char* kMemory = ":memory:";
  std::string sqlite_path;  // absolute, or kMemory
};

/// Errors: kInvalid; the message completes "DATABASE_URL …", names the schemes that are known and
/// holds no part of the URL but its scheme.
Result<DatabaseLocation> ParseDatabaseUrl(const std::string& url);

/// The URL of a file.
std::string SqliteUrl(const std::string& absolute_path);

}  // namespace twelve

#pragma once

#include <string>

#include "harness/base/result.h"

namespace twelve {

/// The path in sqlite:///abs/path, %XX decoded, or ":memory:" for sqlite::memory:.
/// Errors: kInvalid; the message completes "DATABASE_URL …".
/// REQUIRES: the scheme is sqlite.
Result<std::string> ParseSqliteUrl(const std::string& url);

/// The URL of a file.
std::string SqliteUrl(const std::string& absolute_path);

}  // namespace twelve

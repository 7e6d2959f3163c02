#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace twelve {

/// An error for the last call on a connection that failed.
Error SqliteError(sqlite3* connection, const std::string& doing);

/// One prepared statement, bound in order and stepped.
///
/// Threads: one.
/// Owns:    the statement; the connection must outlive it.
/// Errors:  kept until Step, which reports the first.
class SqliteStatement {
 public:
  SqliteStatement(sqlite3* connection, const char* sql);
  ~SqliteStatement();
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  SqliteStatement& Bind(const std::string& text);
  SqliteStatement& Bind(std::int64_t number);

  /// True when there is a row to read, false when the statement is done.
  Result<bool> Step(const std::string& doing);

  std::string Text(int column) const;
  std::int64_t Number(int column) const;

 private:
  sqlite3* const connection_;
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 1;
  bool failed_ = false;
};

}  // namespace twelve

#include "factors/06_processes/parts/sqlite_statement.h"

#include <sqlite3.h>

namespace twelve {

Error SqliteError(sqlite3* connection, const std::string& doing) {
  const int code = sqlite3_errcode(connection);
  const bool busy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
  return {busy ? ErrorCode::kBusy : ErrorCode::kSystem,
          "cannot " + doing + ": " + sqlite3_errmsg(connection), "sqlite3", 0};
}

SqliteStatement::SqliteStatement(sqlite3* connection, const char* sql) : connection_(connection) {
  failed_ = sqlite3_prepare_v2(connection_, sql, -1, &statement_, nullptr) != SQLITE_OK;
}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(statement_);
}

SqliteStatement& SqliteStatement::Bind(const std::string& text) {
  failed_ = failed_ || sqlite3_bind_text64(statement_, next_++, text.data(), text.size(),
                                           SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK;
  return *this;
}

SqliteStatement& SqliteStatement::Bind(std::int64_t number) {
  failed_ = failed_ || sqlite3_bind_int64(statement_, next_++, number) != SQLITE_OK;
  return *this;
}

Result<bool> SqliteStatement::Step(const std::string& doing) {
  if (failed_) return SqliteError(connection_, doing);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return SqliteError(connection_, doing);
}

std::string SqliteStatement::Text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

std::int64_t SqliteStatement::Number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

}  // namespace twelve

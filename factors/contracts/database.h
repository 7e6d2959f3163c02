#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "factors/contracts/backing_service.h"

namespace twelve {

using SqlValue = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

/// What a statement gave back. Values are text, as both databases print them; empty is NULL.
struct SqlRows {
  std::vector<std::vector<std::optional<std::string>>> rows;
  std::int64_t affected = 0;  // by INSERT, UPDATE and DELETE
};

/// One connection, for as long as a transaction goes on.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;
  /// `sql` is one statement; $1, $2, … stand for `values`, in SQLite as in PostgreSQL.
  virtual Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) = 0;
};

enum class SqlDialect { kSqlite, kPostgres };

/// A relational database.
///
/// Threads: any.
/// Errors:  as BackingService; kInvalid when the database refuses the statement or its values
///          (syntax, type, constraint), with the database's own sentence.
class Database : public BackingService {
 public:
  BackingKind kind() const override { return BackingKind::kDatabase; }
  virtual SqlDialect dialect() const = 0;
  /// A statement that is a transaction of its own.
  virtual Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) = 0;
  /// Commits when `work` succeeds, rolls back when it does not. On SQLite it takes the write lock
  /// at its beginning. `work` is called once.
  virtual Status InTransaction(const std::function<Status(SqlConnection&)>& work) = 0;
};

}  // namespace twelve

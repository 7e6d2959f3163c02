#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "factors/contracts/database.h"
#include "factors/contracts/schema.h"
#include "harness/base/clock.h"

namespace twelve {

/// Factor XII: changes of the schema ship with the code that needs them and are run by a one-off
/// process of the same release. What has been applied stands in the database itself, in the table
/// schema_migrations.
///
/// Each step is one transaction: it is there with its row in that table, or not at all. A lock in
/// the database (pg_advisory_xact_lock, or SQLite's write lock) is held for each step and ends with
/// its transaction, also when the runner is killed; two runners at once take turns, and the second
/// finds nothing left to do.
///
/// Threads: one.
/// Errors:  those of Database, with the step; kInvalid for a version that there is not; kBusy when
///          another runner holds the lock for a minute.
class Migrations {
 public:
  enum class Direction { kUp, kDown };
  struct Step {
    int version = 0;
    std::string name;
    bool applied = false;
    std::int64_t applied_ms = 0;  // since 1970; 0 when it is not applied
    bool known = true;            // false: a later release has applied it
  };
  using Progress = std::function<void(const Migration& migration, Direction direction)>;

  /// The database and the clock must outlive it.
  Migrations(Database& database, const Clock& clock);
  Migrations(Database& database, const Clock& clock, std::vector<Migration> migrations);

  /// By version.
  Result<std::vector<Step>> Read();
  /// Applies what is missing, up to `to` or else all; how many steps that were.
  Result<int> Up(std::optional<int> to, const Progress& progress);
  /// Takes back what is beyond `to`, the latest first; how many steps that were. Only the last one
  /// when there is no `to`.
  Result<int> Down(std::optional<int> to, const Progress& progress);
  /// Fails, with a sentence that says what to run, when steps of this release are missing. One
  /// round trip: cheap enough for a readiness probe.
  Status CheckComplete();

 private:
  Status CheckVersion(int version) const;
  Result<bool> DoOne(Direction direction, int to, const Progress& progress);
  Status DoInTransaction(SqlConnection& connection, Direction direction, int to,
                         const Migration*& done);
  Status Lock(SqlConnection& connection) const;
  Result<int> DoAll(Direction direction, int to, const Progress& progress);

  Database& database_;
  const Clock& clock_;
  const std::vector<Migration> migrations_;
};

/// For an embedded database, which no operator prepares: applies what is missing.
Status MigrateEmbedded(Database& database, const Clock& clock,
                       const Migrations::Progress& progress);

}  // namespace twelve

#include "factors/12_admin_processes/parts/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

namespace twelve {
namespace {

// Any number that nobody else locks: "twelve" in the first bytes of ASCII.
constexpr const char* kTryLock = "SELECT pg_try_advisory_xact_lock(128013172307557)";
constexpr const char* kMakeTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations "
    "(version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL)";
constexpr const char* kReadTable =
    "SELECT version, name, applied_ms FROM schema_migrations ORDER BY version";
// How long to wait for another runner, and how often to ask.
constexpr std::chrono::seconds kPatience(60);
constexpr std::chrono::milliseconds kAskAgain(100);

std::int64_t Number(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

const char* TableIsThere(SqlDialect dialect) {
  return dialect == SqlDialect::kSqlite
             ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND "
               "name = 'schema_migrations'"
             : "SELECT count(*) FROM information_schema.tables WHERE table_schema = "
               "current_schema() AND table_name = 'schema_migrations'";
}

Error In(const Migration& migration, const Error& error) {
  return {error.code,
          fmt::format("migration {} \"{}\": {}", migration.version, migration.name, error.message),
          error.call, error.sys_errno};
}

}  // namespace

Migrations::Migrations(Database& database, const Clock& clock)
    : Migrations(database, clock, ServiceMigrations(database.dialect())) {}

Migrations::Migrations(Database& database, const Clock& clock, std::vector<Migration> migrations)
    : database_(database), clock_(clock), migrations_(std::move(migrations)) {}

Result<std::vector<Migrations::Step>> Migrations::Read() {
  std::vector<Step> steps;
  for (const Migration& migration : migrations_) {
    steps.push_back({migration.version, migration.name});
  }
  const Result<SqlRows> there = database_.Query(TableIsThere(database_.dialect()), {});
  if (!there) return there.error();
  if (Number(there->rows.at(0).at(0)) == 0) return steps;
  const Result<SqlRows> applied = database_.Query(kReadTable, {});
  if (!applied) return applied.error();
  for (const auto& row : applied->rows) {
    const int version = static_cast<int>(Number(row.at(0)));
    const auto step = std::find_if(steps.begin(), steps.end(),
                                   [version](const Step& s) { return s.version == version; });
    if (step == steps.end()) {
      steps.push_back({version, row.at(1).value_or(""), true, Number(row.at(2)), false});
    } else {
      step->applied = true;
      step->applied_ms = Number(row.at(2));
    }
  }
  return steps;
}

Status Migrations::CheckVersion(int version) const {
  if (version == 0) return {};
  for (const Migration& migration : migrations_) {
    if (migration.version == version) return {};
  }
  return InvalidError(fmt::format("there is no migration {}; this release has 1 to {}", version,
                                  migrations_.empty() ? 0 : migrations_.back().version));
}

Result<int> Migrations::Up(std::optional<int> to, const Progress& progress) {
  if (migrations_.empty()) return 0;
  const int last = to.value_or(migrations_.back().version);
  if (Status status = CheckVersion(last); !status) return status.error();
  return DoAll(Direction::kUp, last, progress);
}

Result<int> Migrations::Down(std::optional<int> to, const Progress& progress) {
  if (to) {
    if (Status status = CheckVersion(*to); !status) return status.error();
    return DoAll(Direction::kDown, *to, progress);
  }
  const Result<std::vector<Step>> steps = Read();
  if (!steps) return steps.error();
  int last = 0, before = 0;
  for (const Step& step : *steps) {
    if (!step.applied || !step.known) continue;
    before = last;
    last = step.version;
  }
  return last == 0 ? Result<int>(0) : DoAll(Direction::kDown, before, progress);
}

Result<int> Migrations::DoAll(Direction direction, int to, const Progress& progress) {
  int count = 0;
  Deadline patience = Deadline::After(clock_, kPatience);
  for (;;) {
    const Result<bool> more = DoOne(direction, to, progress);
    if (more.ok() && !*more) return count;
    if (more.ok()) {
      ++count;
      patience = Deadline::After(clock_, kPatience);
      continue;
    }
    if (more.error().code != ErrorCode::kBusy || patience.Passed(clock_)) return more.error();
    // Nothing tells when another runner's lock ends.
    std::this_thread::sleep_for(kAskAgain);
  }
}

Result<bool> Migrations::DoOne(Direction direction, int to, const Progress& progress) {
  const Migration* done = nullptr;
  Status status = database_.InTransaction(
      [&](SqlConnection& connection) { return DoInTransaction(connection, direction, to, done); });
  if (!status) return status.error();
  if (done == nullptr) return false;
  if (progress) progress(*done, direction);
  return true;
}

Status Migrations::Lock(SqlConnection& connection) const {
  if (database_.dialect() == SqlDialect::kSqlite) return {};  // the transaction has begun with it
  const Result<SqlRows> locked = connection.Query(kTryLock, {});
  if (!locked) return locked.error();
  if (locked->rows.at(0).at(0) == "t") return {};
  return Error{ErrorCode::kBusy, "another process is migrating this database", {}, 0};
}

Status Migrations::DoInTransaction(SqlConnection& connection, Direction direction, int to,
                                   const Migration*& done) {
  if (Status status = Lock(connection); !status) return status;
  if (const auto made = connection.Query(kMakeTable, {}); !made) return made.error();
  // Read under the lock: another runner may have done it meanwhile.
  const Result<SqlRows> rows = connection.Query(kReadTable, {});
  if (!rows) return rows.error();
  const auto is_applied = [&rows](const Migration& migration) {
    return std::any_of(rows->rows.begin(), rows->rows.end(), [&migration](const auto& row) {
      return Number(row.at(0)) == migration.version;
    });
  };
  const Migration* next = nullptr;
  for (const Migration& migration : migrations_) {
    const bool applied = is_applied(migration);
    if (direction == Direction::kUp && next == nullptr && !applied && migration.version <= to) {
      next = &migration;
    }
    if (direction == Direction::kDown && applied && migration.version > to) next = &migration;
  }
  if (next == nullptr) return {};
  for (const std::string& sql : direction == Direction::kUp ? next->up : next->down) {
    if (const auto ran = connection.Query(sql, {}); !ran) return In(*next, ran.error());
  }
  const auto now_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.WallNow().time_since_epoch())
          .count();
  const std::int64_t version = next->version;
  const auto noted =
      direction == Direction::kUp
          ? connection.Query("INSERT INTO schema_migrations VALUES ($1, $2, $3)",
                             {version, next->name, std::int64_t{now_ms}})
          : connection.Query("DELETE FROM schema_migrations WHERE version = $1", {version});
  if (!noted) return In(*next, noted.error());
  done = next;
  return {};
}

Status Migrations::CheckComplete() {
  const Result<SqlRows> applied = database_.Query(kReadTable, {});
  if (!applied && applied.error().code != ErrorCode::kInvalid) return applied.error();
  // kInvalid: the table is not there, so nothing has been applied.
  std::size_t missing = 0;
  for (const Migration& migration : migrations_) {
    const bool there = applied.ok() && std::any_of(applied->rows.begin(), applied->rows.end(),
                                                   [&migration](const auto& row) {
                                                     return Number(row.at(0)) == migration.version;
                                                   });
    if (!there) ++missing;
  }
  if (missing == 0) return {};
  return Error{ErrorCode::kNotFound,
               fmt::format("{} of {} migrations are missing in {}: run \"twelve-service admin "
                           "migrate\" with this release's configuration",
                           missing, migrations_.size(), database_.place()),
               {},
               0};
}

Status MigrateEmbedded(Database& database, const Clock& clock,
                       const Migrations::Progress& progress) {
  const Result<int> done = Migrations(database, clock).Up(std::nullopt, progress);
  return done ? Status() : done.error();
}

}  // namespace twelve

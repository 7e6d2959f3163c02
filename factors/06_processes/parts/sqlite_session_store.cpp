#include "factors/06_processes/parts/sqlite_session_store.h"

#include <sqlite3.h>

#include <chrono>

#include "factors/06_processes/parts/sqlite_statement.h"
#include "factors/contracts/random_id.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

// How long a statement waits for another process that writes.
constexpr int kBusyTimeoutMs = 5000;

constexpr const char* kFind =
    "SELECT id, user_id, data, created_ms, expires_ms FROM sessions "
    "WHERE id = ?1 AND expires_ms > ?2";

WallTime FromMs(std::int64_t ms) {
  return WallTime(milliseconds(ms));
}

Session Read(const SqliteStatement& row) {
  return {row.Text(0), row.Text(1), row.Text(2), FromMs(row.Number(3)), FromMs(row.Number(4))};
}

Status Execute(sqlite3* connection, const char* sql, const std::string& doing) {
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return SqliteError(connection, doing);
}

}  // namespace

Result<std::unique_ptr<SqliteSessionStore>> SqliteSessionStore::Open(const std::string& path,
                                                                     Duration time_to_live,
                                                                     const Clock& clock) {
  const std::string doing = "open the session database " + path;
  sqlite3* connection = nullptr;
  const int opened = sqlite3_open_v2(
      path.c_str(), &connection,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
      nullptr);
  std::unique_ptr<SqliteSessionStore> store(
      new SqliteSessionStore(connection, time_to_live, clock));
  if (opened != SQLITE_OK) return SqliteError(connection, doing);
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  // NORMAL: a commit survives the death of the process; only a power cut may take the last ones.
  Status status = Execute(connection,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                          "CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, user_id TEXT "
                          "NOT NULL, data TEXT NOT NULL, created_ms INTEGER NOT NULL, "
                          "expires_ms INTEGER NOT NULL);"
                          "CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions (expires_ms)",
                          doing);
  if (!status) return status.error();
  return store;
}

SqliteSessionStore::SqliteSessionStore(sqlite3* connection, Duration time_to_live,
                                       const Clock& clock)
    : connection_(connection),
      time_to_live_ms_(std::chrono::duration_cast<milliseconds>(time_to_live).count()),
      clock_(clock) {}

SqliteSessionStore::~SqliteSessionStore() {
  sqlite3_close(connection_);
}

std::int64_t SqliteSessionStore::NowMs() const {
  return std::chrono::duration_cast<milliseconds>(clock_.WallNow().time_since_epoch()).count();
}

Status SqliteSessionStore::ForgetExpired() {
  SqliteStatement statement(connection_, "DELETE FROM sessions WHERE expires_ms <= ?1");
  const Result<bool> done = statement.Bind(NowMs()).Step("forget expired sessions");
  return done ? Status() : done.error();
}

Result<Session> SqliteSessionStore::Create(std::string user_id, std::string data) {
  const std::int64_t now = NowMs();
  const Session session{RandomHex<16>(), std::move(user_id), std::move(data), FromMs(now),
                        FromMs(now + time_to_live_ms_)};
  MutexLock lock(mutex_);
  if (Status status = ForgetExpired(); !status) return status.error();
  SqliteStatement insert(connection_, "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5)");
  insert.Bind(session.id).Bind(session.user_id).Bind(session.data).Bind(now);
  const Result<bool> done = insert.Bind(now + time_to_live_ms_).Step("store a session");
  if (!done) return done.error();
  return session;
}

Result<std::optional<Session>> SqliteSessionStore::Find(const std::string& id) {
  MutexLock lock(mutex_);
  SqliteStatement find(connection_, kFind);
  const Result<bool> found = find.Bind(id).Bind(NowMs()).Step("look for a session");
  if (!found) return found.error();
  return found.value() ? std::optional(Read(find)) : std::nullopt;
}

Result<std::optional<Session>> SqliteSessionStore::Replace(const std::string& id,
                                                           std::string data) {
  const std::int64_t now = NowMs();
  MutexLock lock(mutex_);
  SqliteStatement update(connection_,
                         "UPDATE sessions SET data = ?1, expires_ms = ?2 WHERE id = ?3 AND "
                         "expires_ms > ?4 RETURNING id, user_id, data, created_ms, expires_ms");
  update.Bind(data).Bind(now + time_to_live_ms_).Bind(id).Bind(now);
  const Result<bool> found = update.Step("change a session");
  if (!found) return found.error();
  if (!found.value()) return std::optional<Session>();
  std::optional<Session> session = Read(update);
  // The change is committed by the step that ends the statement.
  if (const Result<bool> done = update.Step("change a session"); !done) return done.error();
  return session;
}

Result<bool> SqliteSessionStore::Remove(const std::string& id) {
  MutexLock lock(mutex_);
  SqliteStatement remove(connection_, "DELETE FROM sessions WHERE id = ?1 AND expires_ms > ?2");
  const Result<bool> done = remove.Bind(id).Bind(NowMs()).Step("remove a session");
  if (!done) return done.error();
  return sqlite3_changes(connection_) > 0;
}

Result<std::int64_t> SqliteSessionStore::Count() {
  MutexLock lock(mutex_);
  SqliteStatement count(connection_, "SELECT count(*) FROM sessions WHERE expires_ms > ?1");
  const Result<bool> row = count.Bind(NowMs()).Step("count the sessions");
  if (!row) return row.error();
  return count.Number(0);
}

Status SqliteSessionStore::Check() {
  const Result<std::optional<Session>> found = Find("");
  return found ? Status() : found.error();
}

}  // namespace twelve

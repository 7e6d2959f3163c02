#include "factors/04_backing_services/parts/sqlite_connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <charconv>

namespace twelve {
namespace {

// Statements that are kept prepared; a service has a few dozen.
constexpr std::size_t kKeptStatements = 100;
// Instructions of SQLite's machine between two looks at the time: well below a millisecond.
constexpr int kProgressSteps = 10'000;
// Between two attempts to change the journal mode, the one thing that SQLite does not wait for.
constexpr int kJournalRetryMs = 5;

ErrorCode CodeFor(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kBusy;
    case SQLITE_INTERRUPT:
      return ErrorCode::kTimeout;
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
      return ErrorCode::kInvalid;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return ErrorCode::kDenied;
    default:
      return ErrorCode::kSystem;
  }
}

/// The file under an open connection has become unusable; another connection may do better.
bool Breaks(int sqlite_code) {
  const int primary = sqlite_code & 0xff;
  return primary == SQLITE_IOERR || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

struct BindValue {
  sqlite3_stmt* statement;
  int index;
  int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
};

/// SQLite numbers $2, $1 by their place in the text; their names tell which value is meant.
/// The values must live until the statement has been reset.
Status Bind(sqlite3_stmt* statement, const std::vector<SqlValue>& values) {
  const int places = sqlite3_bind_parameter_count(statement);
  std::size_t greatest = 0;
  for (int place = 1; place <= places; ++place) {
    const char* name = sqlite3_bind_parameter_name(statement, place);
    const std::string_view digits = name == nullptr ? "" : name + 1;
    std::size_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (number == 0 || number > values.size()) {
      return InvalidError(fmt::format("the statement has no value for {}", name ? name : "?"));
    }
    greatest = std::max(greatest, number);
    const int code = std::visit(BindValue{statement, place}, values[number - 1]);
    if (code != SQLITE_OK) return InvalidError(sqlite3_errstr(code));
  }
  if (greatest != values.size()) return InvalidError("the statement was given too many values");
  return {};
}

std::vector<std::optional<std::string>> ReadRow(sqlite3_stmt* statement) {
  std::vector<std::optional<std::string>> row;
  const int columns = sqlite3_column_count(statement);
  row.reserve(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) {
    if (sqlite3_column_type(statement, i) == SQLITE_NULL) {
      row.emplace_back();
      continue;
    }
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
    const int bytes = sqlite3_column_bytes(statement, i);
    row.emplace_back(std::in_place, text == nullptr ? "" : text, static_cast<std::size_t>(bytes));
  }
  return row;
}

/// Leaves a kept statement ready for its next use.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(sqlite3_stmt* statement) : statement_(statement) {}
  ~ResetAtEnd() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;

 private:
  sqlite3_stmt* const statement_;
};

}  // namespace

bool SqliteWriterTurn::Acquire(TimePoint until) {
  MutexLock lock(mutex_);
  while (taken_) {
    if (std::chrono::steady_clock::now() >= until) return false;
    changed_.WaitUntil(mutex_, until);
  }
  taken_ = true;
  return true;
}

void SqliteWriterTurn::Release() {
  MutexLock lock(mutex_);
  taken_ = false;
  changed_.NotifyOne();
}

void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::string& path,
                                                                 Duration patience,
                                                                 SqliteWriterTurn& turn) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(
      path.c_str(), &raw,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
      nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(raw, path, patience, turn));
  Status status = opened == SQLITE_OK ? connection->UseWriteAheadLog() : connection->LastError();
  if (status) return connection;
  return Error{status.error().code,
               fmt::format("cannot open the database {}: {}", path, status.error().message),
               {},
               0};
}

SqliteConnection::SqliteConnection(sqlite3* connection, std::string path, Duration patience,
                                   SqliteWriterTurn& turn)
    : connection_(connection), path_(std::move(path)), patience_(patience), turn_(turn) {
  if (connection_ == nullptr) return;
  // For locks of other processes; those of this one wait for their turn.
  sqlite3_busy_timeout(connection_, static_cast<int>(ToMs(patience_)));
  sqlite3_progress_handler(
      connection_, kProgressSteps,
      [](void* self) {
        const TimePoint at = static_cast<SqliteConnection*>(self)->interrupt_at_;
        return std::chrono::steady_clock::now() >= at ? 1 : 0;
      },
      this);
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  if (has_turn_) turn_.Release();
  sqlite3_close(connection_);
}

Status SqliteConnection::UseWriteAheadLog() {
  // NORMAL: a commit survives the death of the process; only a power cut may take the last ones.
  const TimePoint until = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    interrupt_at_ = TimePoint::max();
    Status status = Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    const bool busy = !status && status.error().code == ErrorCode::kBusy;
    if (!busy || std::chrono::steady_clock::now() >= until) return status;
    sqlite3_sleep(kJournalRetryMs);
  }
}

Result<sqlite3_stmt*> SqliteConnection::Prepare(const std::string& sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second.get();
  if (statements_.size() >= kKeptStatements) statements_.clear();
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v2(connection_, sql.data(), static_cast<int>(sql.size()), &raw, &rest);
  Statement statement(raw);
  if (code != SQLITE_OK) return LastError();
  if (!statement) return InvalidError("the statement is empty");
  const std::size_t read = static_cast<std::size_t>(rest - sql.data());
  if (sql.find_first_not_of("; \t\r\n", read) != std::string::npos) {
    return InvalidError("a query must be one statement");
  }
  return statements_.emplace(sql, std::move(statement)).first->second.get();
}

Result<SqlRows> SqliteConnection::Query(const std::string& sql,
                                        const std::vector<SqlValue>& values) {
  interrupt_at_ = std::chrono::steady_clock::now() + patience_;
  const Result<sqlite3_stmt*> statement = Prepare(sql);
  if (!statement) return statement.error();
  const ResetAtEnd reset(*statement);
  if (Status bound = Bind(*statement, values); !bound) return bound.error();
  if (has_turn_ || sqlite3_stmt_readonly(*statement) != 0) return Run(*statement);
  return RunInTurn(*statement);
}

Result<SqlRows> SqliteConnection::RunInTurn(sqlite3_stmt* statement) {
  if (!turn_.Acquire(interrupt_at_)) {
    return Error{ErrorCode::kBusy, "another statement writes to " + path_ + " for too long", {}, 0};
  }
  interrupt_at_ = std::chrono::steady_clock::now() + patience_;
  Result<SqlRows> rows = Run(statement);
  // The change is committed when the statement has come to its end or has been reset.
  sqlite3_reset(statement);
  turn_.Release();
  return rows;
}

Result<SqlRows> SqliteConnection::Run(sqlite3_stmt* statement) {
  SqlRows rows;
  const std::int64_t before = sqlite3_total_changes(connection_);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement))
    rows.rows.push_back(ReadRow(statement));
  if (code != SQLITE_DONE) return LastError();
  rows.affected = sqlite3_total_changes(connection_) - before;
  return rows;
}

Status SqliteConnection::Begin() {
  if (!turn_.Acquire(std::chrono::steady_clock::now() + patience_)) {
    return Error{ErrorCode::kBusy, "another statement writes to " + path_ + " for too long", {}, 0};
  }
  interrupt_at_ = std::chrono::steady_clock::now() + patience_;
  has_turn_ = true;
  Status begun = Execute("BEGIN IMMEDIATE");
  if (!begun) {
    has_turn_ = false;
    turn_.Release();
  }
  return begun;
}

Status SqliteConnection::Commit() {
  interrupt_at_ = TimePoint::max();
  if (Status committed = Execute("COMMIT"); !committed) return committed;
  has_turn_ = false;
  turn_.Release();
  return {};
}

void SqliteConnection::Rollback() {
  interrupt_at_ = TimePoint::max();
  // Some errors have rolled back already.
  if (sqlite3_get_autocommit(connection_) == 0 && !Execute("ROLLBACK")) broken_ = true;
  if (has_turn_) turn_.Release();
  has_turn_ = false;
}

Status SqliteConnection::Execute(const char* sql) {
  if (sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return LastError();
}

Error SqliteConnection::LastError() {
  if (connection_ == nullptr) return {ErrorCode::kSystem, "no memory is left", "sqlite3", 0};
  const int code = sqlite3_extended_errcode(connection_);
  broken_ = broken_ || Breaks(code);
  return {CodeFor(code), sqlite3_errmsg(connection_), "sqlite3", 0};
}

}  // namespace twelve

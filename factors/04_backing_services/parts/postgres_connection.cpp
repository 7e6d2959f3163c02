#include "factors/04_backing_services/parts/postgres_connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/postgres_error.h"

namespace twelve {
namespace {

constexpr std::uint16_t kDefaultPort = 5432;
// Statements that are kept prepared on each connection; a service has a few dozen.
constexpr std::size_t kKeptStatements = 100;
// What the client grants beyond the server's own limit, so that normally the server speaks first.
constexpr Duration kSlack = std::chrono::seconds(1);
// The server ends a transaction whose client has gone silent, and frees its locks.
constexpr Duration kIdleInTransaction = std::chrono::seconds(30);

std::string Milliseconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

/// A value as libpq sends it: text, or nothing for NULL.
struct AsText {
  std::optional<std::string> operator()(std::nullptr_t) const { return std::nullopt; }
  std::optional<std::string> operator()(std::int64_t number) const {
    return std::to_string(number);
  }
  std::optional<std::string> operator()(double number) const { return fmt::format("{}", number); }
  std::optional<std::string> operator()(const std::string& text) const { return text; }
};

/// The parameters of a statement in libpq's form.
class Parameters {
 public:
  /// False when a text holds a NUL, which PostgreSQL cannot keep and libpq would cut off.
  bool Take(const std::vector<SqlValue>& values) {
    texts_.reserve(values.size());
    for (const SqlValue& value : values) {
      texts_.push_back(std::visit(AsText(), value));
      if (texts_.back() && texts_.back()->find('\0') != std::string::npos) return false;
    }
    for (const auto& text : texts_) pointers_.push_back(text ? text->c_str() : nullptr);
    return true;
  }
  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* data() const { return pointers_.data(); }

 private:
  std::vector<std::optional<std::string>> texts_;
  std::vector<const char*> pointers_;
};

SqlRows ToRows(PGresult* result) {
  SqlRows rows;
  const int count = PQntuples(result);
  const int columns = PQnfields(result);
  rows.rows.resize(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    auto& row = rows.rows[static_cast<std::size_t>(i)];
    row.reserve(static_cast<std::size_t>(columns));
    for (int j = 0; j < columns; ++j) {
      if (PQgetisnull(result, i, j) != 0) {
        row.emplace_back();
      } else {
        row.emplace_back(std::in_place, PQgetvalue(result, i, j),
                         static_cast<std::size_t>(PQgetlength(result, i, j)));
      }
    }
  }
  // A SELECT counts its rows there, too.
  if (std::strncmp(PQcmdStatus(result), "SELECT", 6) != 0) {
    const std::string_view tuples = PQcmdTuples(result);
    std::from_chars(tuples.data(), tuples.data() + tuples.size(), rows.affected);
  }
  return rows;
}

}  // namespace

void PostgresConnection::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::Open(const std::string& url,
                                                                     const BackingOptions& options,
                                                                     Duration timeout) {
  const std::string limits =
      fmt::format("-c statement_timeout={} -c idle_in_transaction_session_timeout={}",
                  Milliseconds(options.statement_timeout), Milliseconds(kIdleInTransaction));
  const std::string silent = Milliseconds(options.statement_timeout + kSlack);
  // In this order: what the URL says overrides what stands before it.
  constexpr std::array kNames = {
      "application_name",    "options",          "tcp_user_timeout", "keepalives_idle",
      "keepalives_interval", "keepalives_count", "gssencmode",       "dbname",
      "client_encoding"};
  const std::array<const char*, kNames.size() + 1> values = {options.application_name.c_str(),
                                                             limits.c_str(),
                                                             silent.c_str(),
                                                             "5",
                                                             "2",
                                                             "3",
                                                             "disable",
                                                             url.c_str(),
                                                             "UTF8",
                                                             nullptr};
  std::array<const char*, kNames.size() + 1> names{};
  std::copy(kNames.begin(), kNames.end(), names.begin());
  pg_conn* raw = PQconnectStartParams(names.data(), values.data(), 1);
  std::unique_ptr<PostgresConnection> connection(
      new PostgresConnection(raw, PostgresPlace(url), options.statement_timeout + kSlack));
  Status status = connection->Establish(Deadline(std::chrono::steady_clock::now() + timeout));
  if (!status) return status.error();
  return connection;
}

PostgresConnection::PostgresConnection(pg_conn* connection, std::string place, Duration patience)
    : connection_(connection), place_(std::move(place)), patience_(patience) {
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
}

PostgresConnection::~PostgresConnection() {
  PQfinish(connection_);
}

Status PostgresConnection::Establish(Deadline deadline) {
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (PQstatus(connection_) != CONNECTION_BAD) {
    if (state == PGRES_POLLING_OK) {
      PQsetnonblocking(connection_, 1);
      return {};
    }
    if (state == PGRES_POLLING_FAILED) break;
    if (!WaitFor(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) {
      return Broken(ErrorCode::kTimeout, "does not answer an attempt to connect");
    }
    state = PQconnectPoll(connection_);
  }
  const std::string said = FirstLineOf(PQerrorMessage(connection_));
  broken_ = true;
  return Error{CodeOfConnectFailure(said), fmt::format("cannot connect to {}: {}", place_, said),
               "libpq", 0};
}

bool PostgresConnection::WaitFor(short events, Deadline deadline) const {
  const SystemClock clock;
  for (;;) {
    const Duration left = deadline.Left(clock);
    if (left <= Duration::zero()) return false;
    pollfd waiting = {PQsocket(connection_), events, 0};
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(ms, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

Result<PostgresConnection::PgResult> PostgresConnection::Receive(Deadline deadline) {
  const auto gone = [this] {
    return Broken(ErrorCode::kClosed,
                  "closed the connection: " + FirstLineOf(PQerrorMessage(connection_)));
  };
  const auto silent = [this] { return Broken(ErrorCode::kTimeout, "does not answer"); };
  for (int unsent = PQflush(connection_); unsent != 0; unsent = PQflush(connection_)) {
    if (unsent < 0) return gone();
    if (!WaitFor(POLLIN | POLLOUT, deadline)) return silent();
    if (PQconsumeInput(connection_) == 0) return gone();
  }
  PgResult last;
  for (;;) {
    while (PQisBusy(connection_) != 0) {
      if (!WaitFor(POLLIN, deadline)) return silent();
      if (PQconsumeInput(connection_) == 0) return gone();
    }
    PgResult next(PQgetResult(connection_));
    if (!next) break;
    if (!last || PQresultStatus(last.get()) != PGRES_FATAL_ERROR) last = std::move(next);
  }
  if (!last) return gone();
  const ExecStatusType status = PQresultStatus(last.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return last;
  return Refused(last.get());
}

Result<SqlRows> PostgresConnection::Query(const std::string& sql,
                                          const std::vector<SqlValue>& values) {
  return Query(sql, values, patience_);
}

Result<SqlRows> PostgresConnection::Query(const std::string& sql,
                                          const std::vector<SqlValue>& values, Duration timeout) {
  if (broken_) return Broken(ErrorCode::kClosed, "closed the connection");
  Parameters parameters;
  if (!parameters.Take(values) || sql.find('\0') != std::string::npos) {
    return InvalidError("PostgreSQL cannot keep a text with a NUL in it");
  }
  const Deadline deadline(std::chrono::steady_clock::now() + timeout);
  int sent = 0;
  // What has no values is mostly said once: DDL, BEGIN.
  if (values.empty() || (prepared_.size() >= kKeptStatements && !prepared_.contains(sql))) {
    sent = PQsendQueryParams(connection_, sql.c_str(), parameters.count(), nullptr,
                             parameters.data(), nullptr, nullptr, 0);
  } else {
    const Result<std::string> name = Prepare(sql, deadline);
    if (!name) return name.error();
    sent = PQsendQueryPrepared(connection_, name->c_str(), parameters.count(), parameters.data(),
                               nullptr, nullptr, 0);
  }
  if (sent == 0) return Broken(ErrorCode::kClosed, FirstLineOf(PQerrorMessage(connection_)));
  const Result<PgResult> result = Receive(deadline);
  if (!result) return result.error();
  return ToRows(result.value().get());
}

Result<std::string> PostgresConnection::Prepare(const std::string& sql, Deadline deadline) {
  const auto known = prepared_.find(sql);
  if (known != prepared_.end()) return known->second;
  const std::string name = fmt::format("s{}", prepared_.size());
  if (PQsendPrepare(connection_, name.c_str(), sql.c_str(), 0, nullptr) == 0) {
    return Broken(ErrorCode::kClosed, FirstLineOf(PQerrorMessage(connection_)));
  }
  const Result<PgResult> result = Receive(deadline);
  if (!result) return result.error();
  prepared_.emplace(sql, name);
  return name;
}

Status PostgresConnection::Simple(const char* sql) {
  const Result<SqlRows> done = Query(sql, {});
  return done ? Status() : done.error();
}

Status PostgresConnection::Begin() {
  Status begun = Simple("BEGIN");
  in_transaction_ = begun.ok();
  return begun;
}

Status PostgresConnection::Commit() {
  // A transaction in which a statement has failed is rolled back by COMMIT, and that "succeeds".
  const bool failed = PQtransactionStatus(connection_) == PQTRANS_INERROR;
  if (Status committed = Simple("COMMIT"); !committed) return committed;
  in_transaction_ = false;
  if (!failed) return {};
  return InvalidError("the transaction was rolled back, because one of its statements had failed");
}

void PostgresConnection::Rollback() {
  if (!in_transaction_ || broken_) return;
  in_transaction_ = false;
  if (!Simple("ROLLBACK")) broken_ = true;
}

bool PostgresConnection::LooksAlive() {
  for (int attempt = 0; attempt < 2 && !broken_; ++attempt) {
    char byte = 0;
    const ssize_t got = ::recv(PQsocket(connection_), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (got == 0) return false;
    // Something that nobody asked for: a changed setting, or "I am being shut down".
    if (PQconsumeInput(connection_) == 0 || PQstatus(connection_) != CONNECTION_OK) return false;
  }
  return !broken_;
}

Error PostgresConnection::Broken(ErrorCode code, std::string why) {
  broken_ = true;
  return {code, fmt::format("{} {}", place_, why), "libpq", 0};
}

Error PostgresConnection::Refused(const pg_result* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (state == nullptr || PQstatus(connection_) == CONNECTION_BAD) {
    return Broken(ErrorCode::kClosed,
                  "closed the connection: " + FirstLineOf(PQerrorMessage(connection_)));
  }
  const ErrorCode code = CodeOfSqlState(state);
  if (code == ErrorCode::kClosed) broken_ = true;
  return {code, said == nullptr ? state : said, "libpq", 0};
}

Status CheckPostgresUrl(const std::string& url) {
  const Result<BackingUrl> parsed = ParseBackingUrl(url);
  if (!parsed) return parsed.error();
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(PQconninfoParse(url.c_str(), &why));
  // Its words may quote a password.
  PQfreemem(why);
  if (options) return {};
  return InvalidError("is no URL that PostgreSQL's library takes; look at the options after ?");
}

std::string PostgresPlace(const std::string& url) {
  const Result<BackingUrl> parsed = ParseBackingUrl(url);
  return parsed ? parsed->Place(kDefaultPort) : std::string("PostgreSQL");
}

}  // namespace twelve

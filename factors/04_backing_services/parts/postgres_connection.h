#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/contracts/database.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"

struct pg_conn;
struct pg_result;

namespace twelve {

/// One connection to a PostgreSQL server. It never waits without a limit: the server ends a
/// statement that takes too long, and when the server itself is not heard of, the client gives up
/// a second later. Statements with values are prepared once.
///
/// Threads: one at a time.
/// Owns:    the connection; its socket is close-on-exec.
/// Errors:  those of Database. After kClosed, and after a kTimeout that the server knows nothing
///          of, it is broken: whether the statement was done is not known.
class PostgresConnection final : public SqlConnection {
 public:
  /// Only `timeout` limits the wait. Names of hosts are resolved by the system, in its own time.
  static Result<std::unique_ptr<PostgresConnection>> Open(const std::string& url,
                                                          const BackingOptions& options,
                                                          Duration timeout);
  ~PostgresConnection() override;

  Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) override;
  /// With a limit of its own.
  Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values,
                        Duration timeout);

  Status Begin();
  Status Commit();
  /// Does nothing after a commit.
  void Rollback();

  /// False when the server has closed the connection; does not wait.
  bool LooksAlive();
  bool broken() const { return broken_; }

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using PgResult = std::unique_ptr<pg_result, Clear>;

  PostgresConnection(pg_conn* connection, std::string place, Duration patience);

  Status Establish(Deadline deadline);
  bool WaitFor(short events, Deadline deadline) const;
  /// The last result of what was sent, or the first that is an error.
  Result<PgResult> Receive(Deadline deadline);
  /// The name that the server knows the statement by.
  Result<std::string> Prepare(const std::string& sql, Deadline deadline);
  Status Simple(const char* sql);
  Error Broken(ErrorCode code, std::string why);
  Error Refused(const pg_result* result);

  pg_conn* const connection_;
  const std::string place_;
  const Duration patience_;
  std::map<std::string, std::string> prepared_;  // statement, its name
  bool in_transaction_ = false;
  bool broken_ = false;
};

/// Errors: kInvalid; the message completes "DATABASE_URL …" and holds no part of the URL.
Status CheckPostgresUrl(const std::string& url);

/// "postgres://host:5432/shop": what may be printed. REQUIRES: CheckPostgresUrl.
std::string PostgresPlace(const std::string& url);

}  // namespace twelve

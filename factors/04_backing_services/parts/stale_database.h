#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/04_backing_services/parts/postgres_connection.h"
#include "factors/contracts/database.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Violation of factor IV, "stale-connection": one connection, opened at the start and used for
/// ever. When the server is restarted, or the network drops it, only a restart of the service
/// helps.
///
/// Threads: any; one statement at a time.
class StaleDatabase final : public Database {
 public:
  StaleDatabase(std::string url, AttachOptions options);

  std::string place() const override { return PostgresPlace(url_); }
  SqlDialect dialect() const override { return SqlDialect::kPostgres; }
  Status Connect(Duration timeout) override TWELVE_EXCLUDES(mutex_);
  void Disconnect() override TWELVE_EXCLUDES(mutex_);
  Status Check(Duration timeout) override TWELVE_EXCLUDES(mutex_);
  Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) override
      TWELVE_EXCLUDES(mutex_);
  Status InTransaction(const std::function<Status(SqlConnection&)>& work) override
      TWELVE_EXCLUDES(mutex_);

 private:
  const std::string url_;
  const AttachOptions options_;
  Mutex mutex_;
  std::unique_ptr<PostgresConnection> connection_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

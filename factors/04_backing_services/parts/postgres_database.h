#pragma once

#include <string>
#include <vector>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/04_backing_services/parts/connection_pool.h"
#include "factors/04_backing_services/parts/postgres_connection.h"
#include "factors/contracts/database.h"

namespace twelve {

/// Factor IV: a PostgreSQL server, wherever it is; the URL alone says where, and nothing in the
/// code knows whether that is this machine.
///   postgres://user:password@host:port/database?application_name=web.1
///
/// Threads: any.
/// Owns:    a pool of connections, as many as the options say.
/// Errors:  those of Database.
class PostgresDatabase final : public Database {
 public:
  /// REQUIRES: CheckPostgresUrl. The clock must outlive it.
  PostgresDatabase(std::string url, BackingOptions options, const Clock& clock);

  std::string place() const override { return place_; }
  SqlDialect dialect() const override { return SqlDialect::kPostgres; }
  Status Connect(Duration timeout) override { return pool_.Connect(timeout); }
  void Disconnect() override { pool_.Disconnect(); }
  Status Check(Duration timeout) override;
  std::vector<BackingFigure> Figures() const override { return pool_.Figures(); }
  Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) override;
  Status InTransaction(const std::function<Status(SqlConnection&)>& work) override;

 private:
  using Pool = ConnectionPool<PostgresConnection>;

  const std::string url_;
  const std::string place_;
  const BackingOptions options_;
  Pool pool_;
};

}  // namespace twelve

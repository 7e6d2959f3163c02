#include "factors/04_backing_services/parts/postgres_database.h"

#include "factors/04_backing_services/parts/sql_transaction.h"

namespace twelve {
PostgresDatabase::PostgresDatabase(std::string url, BackingOptions options, const Clock& clock)
    : url_(std::move(url)),
      place_(PostgresPlace(url_)),
      options_(std::move(options)),
      pool_(
          place_,
          {options_.pool_least, options_.pool_most, options_.pool_wait, options_.connect_timeout},
          [this](Duration timeout) { return PostgresConnection::Open(url_, options_, timeout); },
          clock) {}

Status PostgresDatabase::Check(Duration timeout) {
  const Deadline deadline(std::chrono::steady_clock::now() + timeout);
  const Result<Pool::Lease> lease = pool_.Take(timeout);
  if (!lease) return lease.error();
  const Result<SqlRows> rows = (*lease)->Query("SELECT 1", {}, deadline.Left(SystemClock()));
  return rows ? Status() : rows.error();
}

Result<SqlRows> PostgresDatabase::Query(const std::string& sql,
                                        const std::vector<SqlValue>& values) {
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  return (*lease)->Query(sql, values);
}

Status PostgresDatabase::InTransaction(const std::function<Status(SqlConnection&)>& work) {
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  return RunTransaction(**lease, work);
}

}  // namespace twelve

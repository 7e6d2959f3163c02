#include "factors/04_backing_services/parts/sqlite_database.h"

#include "factors/04_backing_services/parts/sql_transaction.h"
#include "factors/04_backing_services/parts/sqlite_url.h"

namespace twelve {
namespace {

// More would only wait for the one that writes, or for the two or four processors that there are.
constexpr int kFileConnections = 4;

bool IsMemory(const std::string& path) {
  return path == SqliteConnection::kMemory;
}

}  // namespace

SqliteDatabase::SqliteDatabase(std::string path, BackingOptions options, const Clock& clock)
    : path_(std::move(path)),
      place_(IsMemory(path_) ? "sqlite::memory:" : SqliteUrl(path_)),
      options_(std::move(options)),
      pool_(
          place_,
          // Each connection to ":memory:" would be a database of its own.
          {1, IsMemory(path_) ? 1 : kFileConnections, options_.pool_wait, options_.connect_timeout},
          [this](Duration) {
            return SqliteConnection::Open(path_, options_.statement_timeout, turn_);
          },
          clock) {}

Status SqliteDatabase::Connect(Duration timeout) {
  MutexLock lock(connecting_);
  if (Status status = pool_.Connect(timeout); !status) return status;
  if (prepared_ || !options_.prepare_embedded) return {};
  Status status = options_.prepare_embedded(*this);
  prepared_ = status.ok();
  if (!status) pool_.Disconnect();
  return status;
}

void SqliteDatabase::Disconnect() {
  MutexLock lock(connecting_);
  pool_.Disconnect();
  prepared_ = false;
}

Status SqliteDatabase::Check(Duration timeout) {
  const Result<Pool::Lease> lease = pool_.Take(timeout);
  if (!lease) return lease.error();
  // Reads the first page of the file.
  const Result<SqlRows> rows = (*lease)->Query("SELECT count(*) FROM sqlite_schema", {});
  return rows ? Status() : rows.error();
}

Result<SqlRows> SqliteDatabase::Query(const std::string& sql, const std::vector<SqlValue>& values) {
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  return (*lease)->Query(sql, values);
}

Status SqliteDatabase::InTransaction(const std::function<Status(SqlConnection&)>& work) {
  const Result<Pool::Lease> lease = pool_.Take();
  if (!lease) return lease.error();
  return RunTransaction(**lease, work);
}

}  // namespace twelve

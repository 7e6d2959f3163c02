#include "factors/04_backing_services/parts/stale_database.h"

#include "factors/04_backing_services/parts/sql_transaction.h"

namespace twelve {
namespace {

Error NotConnected() {
  return {ErrorCode::kClosed, "the database is not connected", {}, 0};
}

}  // namespace

StaleDatabase::StaleDatabase(std::string url, AttachOptions options)
    : url_(std::move(url)), options_(std::move(options)) {}

Status StaleDatabase::Connect(Duration timeout) {
  MutexLock lock(mutex_);
  if (connection_) return {};
  Result<std::unique_ptr<PostgresConnection>> made =
      PostgresConnection::Open(url_, options_, timeout);
  if (!made) return made.error();
  connection_ = std::move(made).value();
  return {};
}

void StaleDatabase::Disconnect() {
  MutexLock lock(mutex_);
  connection_.reset();
}

Status StaleDatabase::Check(Duration timeout) {
  MutexLock lock(mutex_);
  if (!connection_) return NotConnected();
  const Result<SqlRows> rows = connection_->Query("SELECT 1", {}, timeout);
  return rows ? Status() : rows.error();
}

Result<SqlRows> StaleDatabase::Query(const std::string& sql, const std::vector<SqlValue>& values) {
  MutexLock lock(mutex_);
  if (!connection_) return NotConnected();
  return connection_->Query(sql, values);
}

Status StaleDatabase::InTransaction(const std::function<Status(SqlConnection&)>& work) {
  MutexLock lock(mutex_);
  if (!connection_) return NotConnected();
  return RunTransaction(*connection_, work);
}

}  // namespace twelve

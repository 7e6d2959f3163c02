#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/04_backing_services/parts/connection_pool.h"
#include "factors/04_backing_services/parts/sqlite_connection.h"
#include "factors/contracts/database.h"

namespace twelve {

/// Factor IV, embedded: a database that needs nothing installed. It is honest about what it is: a
/// file on this machine, which only processes of this machine can share.
///   sqlite:///abs/path   a file; %XX in the path is decoded
///   sqlite::memory:      inside the process, gone with it
///
/// Threads: any; readers side by side, writers one after another.
/// Owns:    up to four connections, one to a database in memory. The file stays.
/// Errors:  those of Database.
class SqliteDatabase final : public Database {
 public:
  /// `path` is absolute, or SqliteConnection::kMemory. The clock must outlive it.
  SqliteDatabase(std::string path, BackingOptions options, const Clock& clock);

  std::string place() const override { return place_; }
  SqlDialect dialect() const override { return SqlDialect::kSqlite; }
  Status Connect(Duration timeout) override;
  void Disconnect() override;
  Status Check(Duration timeout) override;
  std::vector<BackingFigure> Figures() const override { return pool_.Figures(); }
  Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) override;
  Status InTransaction(const std::function<Status(SqlConnection&)>& work) override;

 private:
  using Pool = ConnectionPool<SqliteConnection>;

  const std::string path_;
  const std::string place_;
  const BackingOptions options_;
  SqliteWriterTurn turn_;
  Pool pool_;
  Mutex connecting_;
  bool prepared_ TWELVE_GUARDED_BY(connecting_) = false;
};

}  // namespace twelve

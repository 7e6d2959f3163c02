#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "factors/contracts/database.h"
#include "harness/base/clock.h"
#include "harness/base/mutex.h"
#include "harness/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace twelve {

/// Whose turn it is to write among the connections of one process. SQLite lets one write at a
/// time, and makes the others poll for it; this makes them wait instead.
///
/// Threads: any.
class SqliteWriterTurn {
 public:
  bool Acquire(TimePoint until) TWELVE_EXCLUDES(mutex_);
  void Release() TWELVE_EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  CondVar changed_;
  bool taken_ TWELVE_GUARDED_BY(mutex_) = false;
};

/// One connection to a SQLite file in write-ahead mode: readers do not wait for the writer, and a
/// commit survives SIGKILL of any process that has the file open. Statements are prepared once.
///
/// Threads: one at a time.
/// Owns:    the connection. The file stays.
/// Errors:  those of Database; Open fails with a sentence that names the file.
class SqliteConnection final : public SqlConnection {
 public:
  static constexpr const char* kMemory = ":memory:";

  /// `path` is absolute, or kMemory. A statement waits up to `patience` for locks, and may take as
  /// long for itself. `turn` must outlive the connection.
  static Result<std::unique_ptr<SqliteConnection>> Open(const std::string& path, Duration patience,
                                                        SqliteWriterTurn& turn);
  ~SqliteConnection() override;

  Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) override;

  /// Takes the write lock.
  Status Begin();
  Status Commit();
  /// Does nothing after a commit.
  void Rollback();

  bool LooksAlive() const { return !broken_; }
  bool broken() const { return broken_; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  SqliteConnection(sqlite3* connection, std::string path, Duration patience,
                   SqliteWriterTurn& turn);

  Status UseWriteAheadLog();
  Result<sqlite3_stmt*> Prepare(const std::string& sql);
  Result<SqlRows> RunInTurn(sqlite3_stmt* statement);
  Result<SqlRows> Run(sqlite3_stmt* statement);
  Status Execute(const char* sql);
  /// For the last call that failed.
  Error LastError();

  sqlite3* const connection_;
  const std::string path_;
  const Duration patience_;
  SqliteWriterTurn& turn_;
  TimePoint interrupt_at_;  // read by SQLite's progress handler, on this thread
  std::map<std::string, Statement, std::less<>> statements_;
  bool has_turn_ = false;  // a transaction goes on
  bool broken_ = false;
};

}  // namespace twelve

#pragma once

#include <memory>
#include <string>

#include "factors/contracts/session_store.h"
#include "harness/base/mutex.h"

struct sqlite3;

namespace twelve {

/// Factor VI: the process keeps nothing that the next request may need. Sessions live in a
/// database; every process that has its URL sees the same ones, and each may die at any time.
///
/// SQLite in write-ahead mode: readers do not wait for the writer, a commit survives SIGKILL of
/// any process that has the file open. One table, made when it is not there.
///
/// Threads: any; one statement at a time.
/// Owns:    the connection. The file stays.
/// Errors:  see SessionStore. Open fails with a sentence that names the file.
class SqliteSessionStore final : public SessionStore {
 public:
  /// `path` is absolute, or ":memory:". The clock must outlive the store.
  static Result<std::unique_ptr<SqliteSessionStore>> Open(const std::string& path,
                                                          Duration time_to_live,
                                                          const Clock& clock);
  ~SqliteSessionStore() override;

  Result<Session> Create(std::string user_id, std::string data) override TWELVE_EXCLUDES(mutex_);
  Result<std::optional<Session>> Find(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<std::optional<Session>> Replace(const std::string& id, std::string data) override
      TWELVE_EXCLUDES(mutex_);
  Result<bool> Remove(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<std::int64_t> Count() override TWELVE_EXCLUDES(mutex_);
  Status Check() override;

 private:
  SqliteSessionStore(sqlite3* connection, Duration time_to_live, const Clock& clock);

  std::int64_t NowMs() const;
  Status ForgetExpired() TWELVE_REQUIRES(mutex_);

  Mutex mutex_;
  sqlite3* const connection_;
  const std::int64_t time_to_live_ms_;
  const Clock& clock_;
};

}  // namespace twelve

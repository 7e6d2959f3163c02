#pragma once

#include <map>
#include <string>

#include "factors/contracts/session_store.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Violation of factor VI, "session-in-memory": a map. A user who is sent to another process, or
/// whose process is restarted, is logged out.
class MemorySessionStore final : public SessionStore {
 public:
  /// The clock must outlive it.
  MemorySessionStore(Duration time_to_live, const Clock& clock);

  Result<Session> Create(std::string user_id, std::string data) override TWELVE_EXCLUDES(mutex_);
  Result<std::optional<Session>> Find(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<std::optional<Session>> Replace(const std::string& id, std::string data) override
      TWELVE_EXCLUDES(mutex_);
  Result<bool> Remove(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<std::int64_t> Count() override TWELVE_EXCLUDES(mutex_);
  Status Check() override { return {}; }

 private:
  Session* Live(const std::string& id) TWELVE_REQUIRES(mutex_);

  const WallTime::duration time_to_live_;
  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, Session> sessions_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

#pragma once

#include <string>

#include "factors/contracts/cache.h"
#include "factors/contracts/session_store.h"
#include "harness/base/clock.h"

namespace twelve {

/// Factor VI: the process keeps nothing that the next request may need. A session is an entry of
/// a cache that is attached; every process that has its URL sees the same ones, and each may die at
/// any time. The entry ends by itself when nobody has changed the session for its time to live.
///
/// Threads: any. Of two that change one session at the same time, the last one counts.
/// Owns:    nothing; cache and clock must outlive it.
/// Errors:  see SessionStore; those of Cache.
class CacheSessionStore final : public SessionStore {
 public:
  CacheSessionStore(Cache& cache, Duration time_to_live, const Clock& clock);

  Result<Session> Create(std::string user_id, std::string data) override;
  Result<std::optional<Session>> Find(const std::string& id) override;
  Result<std::optional<Session>> Replace(const std::string& id, std::string data) override;
  Result<bool> Remove(const std::string& id) override;
  Result<std::int64_t> Count() override;
  Status Check() override;

 private:
  WallTime NowInMs() const;

  Cache& cache_;
  const Duration time_to_live_;
  const Clock& clock_;
};

}  // namespace twelve

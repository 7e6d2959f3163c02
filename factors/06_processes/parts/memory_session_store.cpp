#include "factors/06_processes/parts/memory_session_store.h"

#include "factors/contracts/random_id.h"

namespace twelve {

MemorySessionStore::MemorySessionStore(Duration time_to_live, const Clock& clock)
    : time_to_live_(std::chrono::duration_cast<WallTime::duration>(time_to_live)), clock_(clock) {}

Session* MemorySessionStore::Live(const std::string& id) {
  const auto found = sessions_.find(id);
  const bool live = found != sessions_.end() && found->second.expires_at > clock_.WallNow();
  return live ? &found->second : nullptr;
}

Result<Session> MemorySessionStore::Create(std::string user_id, std::string data) {
  const WallTime now = clock_.WallNow();
  const Session session{RandomHex<16>(), std::move(user_id), std::move(data), now,
                        now + time_to_live_};
  MutexLock lock(mutex_);
  std::erase_if(sessions_, [now](const auto& entry) { return entry.second.expires_at <= now; });
  sessions_.emplace(session.id, session);
  return session;
}

Result<std::optional<Session>> MemorySessionStore::Find(const std::string& id) {
  MutexLock lock(mutex_);
  const Session* session = Live(id);
  return session == nullptr ? std::nullopt : std::optional(*session);
}

Result<std::optional<Session>> MemorySessionStore::Replace(const std::string& id,
                                                           std::string data) {
  MutexLock lock(mutex_);
  Session* session = Live(id);
  if (session == nullptr) return std::optional<Session>();
  session->data = std::move(data);
  session->expires_at = clock_.WallNow() + time_to_live_;
  return std::optional(*session);
}

Result<bool> MemorySessionStore::Remove(const std::string& id) {
  MutexLock lock(mutex_);
  return Live(id) != nullptr && sessions_.erase(id) > 0;
}

Result<std::int64_t> MemorySessionStore::Count() {
  MutexLock lock(mutex_);
  std::int64_t live = 0;
  for (const auto& [id, session] : sessions_) live += session.expires_at > clock_.WallNow() ? 1 : 0;
  return live;
}

}  // namespace twelve

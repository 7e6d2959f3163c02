#include "factors/06_processes/parts/cache_session_store.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "factors/contracts/random_id.h"

namespace twelve {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* kPrefix = "session:";
// A readiness probe that waits longer is as good as lost.
constexpr Duration kCheckAtMost = std::chrono::seconds(1);

std::string KeyOf(const std::string& id) {
  return kPrefix + id;
}

std::int64_t ToMs(WallTime time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

std::string Write(const Session& session) {
  return Json{{"user_id", session.user_id},
              {"data", session.data},
              {"created_ms", ToMs(session.created_at)},
              {"expires_ms", ToMs(session.expires_at)}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Nothing for an entry that is no session: somebody else has written it.
std::optional<Session> Read(const std::string& id, const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  const auto has = [&json](const char* name, bool number) {
    return json.contains(name) &&
           (number ? json[name].is_number_integer() : json[name].is_string());
  };
  if (!json.is_object() || !has("user_id", false) || !has("data", false) ||
      !has("created_ms", true) || !has("expires_ms", true)) {
    return std::nullopt;
  }
  return Session{id, json["user_id"], json["data"],
                 WallTime(milliseconds(json["created_ms"].get<std::int64_t>())),
                 WallTime(milliseconds(json["expires_ms"].get<std::int64_t>()))};
}

}  // namespace

CacheSessionStore::CacheSessionStore(Cache& cache, Duration time_to_live, const Clock& clock)
    : cache_(cache), time_to_live_(time_to_live), clock_(clock) {}

WallTime CacheSessionStore::NowInMs() const {
  return std::chrono::floor<milliseconds>(clock_.WallNow());
}

Result<Session> CacheSessionStore::Create(std::string user_id, std::string data) {
  const WallTime now = NowInMs();
  const Session session{RandomHex<16>(), std::move(user_id), std::move(data), now,
                        now + std::chrono::duration_cast<WallTime::duration>(time_to_live_)};
  Status set = cache_.Set(KeyOf(session.id), Write(session), time_to_live_);
  if (!set) return set.error();
  return session;
}

Result<std::optional<Session>> CacheSessionStore::Find(const std::string& id) {
  const Result<std::optional<std::string>> found = cache_.Get(KeyOf(id));
  if (!found) return found.error();
  return found.value() ? Read(id, **found) : std::nullopt;
}

Result<std::optional<Session>> CacheSessionStore::Replace(const std::string& id, std::string data) {
  Result<std::optional<Session>> found = Find(id);
  if (!found || !found.value()) return found;
  Session& session = **found;
  session.data = std::move(data);
  session.expires_at = NowInMs() + std::chrono::duration_cast<WallTime::duration>(time_to_live_);
  // One that was removed meanwhile must not come back.
  const Result<bool> replaced = cache_.Replace(KeyOf(id), Write(session), time_to_live_);
  if (!replaced) return replaced.error();
  if (!replaced.value()) return std::optional<Session>();
  return found;
}

Result<bool> CacheSessionStore::Remove(const std::string& id) {
  return cache_.Remove(KeyOf(id));
}

Result<std::int64_t> CacheSessionStore::Count() {
  return cache_.Count(kPrefix);
}

Status CacheSessionStore::Check() {
  return cache_.Check(kCheckAtMost);
}

}  // namespace twelve

#include "factors/04_backing_services/parts/redis_cache.h"

#include <algorithm>
#include <set>

namespace twelve {
namespace {

/// Redis takes no time to live below a millisecond.
std::string Milliseconds(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return std::to_string(std::max<std::int64_t>(ms, 1));
}

/// `prefix` followed by anything, as a glob.
std::string Pattern(const std::string& prefix) {
  std::string pattern;
  for (const char c : prefix) {
    if (std::string_view("*?[]\\^-").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern + "*";
}

Error Strange(const std::string& place) {
  return {ErrorCode::kSystem, place + " answered with something that is no answer", {}, 0};
}

}  // namespace

RedisCache::RedisCache(RedisLocation location, const BackingOptions& options, const Clock& clock)
    : connections_(std::move(location), options, clock) {}

Status RedisCache::Set(const std::string& key, const std::string& value, Duration time_to_live) {
  const Result<RedisValue> answer =
      connections_.Run({"SET", key, value, "PX", Milliseconds(time_to_live)});
  return answer ? Status() : answer.error();
}

Result<bool> RedisCache::Replace(const std::string& key, const std::string& value,
                                 Duration time_to_live) {
  const Result<RedisValue> answer =
      connections_.Run({"SET", key, value, "XX", "PX", Milliseconds(time_to_live)});
  if (!answer) return answer.error();
  return !answer->nil();
}

Result<std::optional<std::string>> RedisCache::Get(const std::string& key) {
  Result<RedisValue> answer = connections_.Run({"GET", key});
  if (!answer) return answer.error();
  if (answer->nil()) return std::optional<std::string>();
  return std::optional(std::move(answer->text));
}

Result<bool> RedisCache::Remove(const std::string& key) {
  const Result<RedisValue> answer = connections_.Run({"DEL", key});
  if (!answer) return answer.error();
  return answer->number > 0;
}

Result<std::int64_t> RedisCache::Count(const std::string& prefix) {
  std::set<std::string> keys;  // a key may be shown twice while Redis rearranges itself
  std::string cursor = "0";
  do {
    const Result<RedisValue> answer =
        connections_.Run({"SCAN", cursor, "MATCH", Pattern(prefix), "COUNT", "1000"});
    if (!answer) return answer.error();
    if (answer->items.size() != 2) return Strange(place());
    cursor = answer->items[0].text;
    for (const RedisValue& key : answer->items[1].items) keys.insert(key.text);
  } while (cursor != "0");
  return static_cast<std::int64_t>(keys.size());
}

}  // namespace twelve

#include "factors/04_backing_services/parts/sql_cache.h"

#include <charconv>

namespace twelve {
namespace {

using std::chrono::milliseconds;

// Often enough that the table holds little more than what lives, seldom enough to cost nothing.
constexpr std::int64_t kDeletionEveryMs = 1000;

std::int64_t ToMilliseconds(Duration duration) {
  return std::chrono::duration_cast<milliseconds>(duration).count();
}

/// `prefix` followed by anything, for LIKE … ESCAPE '\'.
std::string Pattern(const std::string& prefix) {
  std::string pattern;
  for (const char c : prefix) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

SqlCache::SqlCache(std::unique_ptr<Database> database, const Clock& clock)
    : database_(std::move(database)), clock_(clock) {}

std::int64_t SqlCache::NowMs() const {
  return std::chrono::duration_cast<milliseconds>(clock_.WallNow().time_since_epoch()).count();
}

void SqlCache::DeleteEnded() {
  const std::int64_t now = NowMs();
  std::int64_t due = next_deletion_ms_;
  if (now < due || !next_deletion_ms_.compare_exchange_strong(due, now + kDeletionEveryMs)) return;
  // What fails here is done again soon; nobody can find what should be gone.
  static_cast<void>(
      database_->Query("DELETE FROM cache_entries WHERE expires_ms <= $1", {now}).ok());
}

Status SqlCache::Set(const std::string& key, const std::string& value, Duration time_to_live) {
  const std::int64_t ends = NowMs() + ToMilliseconds(time_to_live);
  const Result<SqlRows> done = database_->Query(
      "INSERT INTO cache_entries (key, value, expires_ms) VALUES ($1, $2, $3) ON CONFLICT (key) "
      "DO UPDATE SET value = excluded.value, expires_ms = excluded.expires_ms",
      {key, value, ends});
  if (!done) return done.error();
  DeleteEnded();
  return {};
}

Result<bool> SqlCache::Replace(const std::string& key, const std::string& value,
                               Duration time_to_live) {
  const std::int64_t now = NowMs();
  const Result<SqlRows> done = database_->Query(
      "UPDATE cache_entries SET value = $1, expires_ms = $2 WHERE key = $3 AND expires_ms > $4",
      {value, now + ToMilliseconds(time_to_live), key, now});
  if (!done) return done.error();
  return done->affected > 0;
}

Result<std::optional<std::string>> SqlCache::Get(const std::string& key) {
  Result<SqlRows> found = database_->Query(
      "SELECT value FROM cache_entries WHERE key = $1 AND expires_ms > $2", {key, NowMs()});
  if (!found) return found.error();
  if (found->rows.empty()) return std::optional<std::string>();
  return std::move(found->rows[0][0]);
}

Result<bool> SqlCache::Remove(const std::string& key) {
  const Result<SqlRows> done = database_->Query(
      "DELETE FROM cache_entries WHERE key = $1 AND expires_ms > $2", {key, NowMs()});
  if (!done) return done.error();
  return done->affected > 0;
}

Result<std::int64_t> SqlCache::Count(const std::string& prefix) {
  const Result<SqlRows> found = database_->Query(
      "SELECT count(*) FROM cache_entries WHERE key LIKE $1 ESCAPE '\\' AND expires_ms > $2",
      {Pattern(prefix), NowMs()});
  if (!found) return found.error();
  const std::string& text = *found->rows[0][0];
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

}  // namespace twelve

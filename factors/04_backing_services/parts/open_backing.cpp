#include "factors/04_backing_services/parts/open_backing.h"

#include <fmt/format.h>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/postgres_database.h"
#include "factors/04_backing_services/parts/redis_cache.h"
#include "factors/04_backing_services/parts/sql_cache.h"
#include "factors/04_backing_services/parts/sqlite_database.h"
#include "factors/04_backing_services/parts/sqlite_url.h"

namespace twelve {
namespace {

bool IsPostgres(const std::string& scheme) {
  return scheme == "postgres" || scheme == "postgresql";
}

Error UnknownScheme(const std::string& scheme, const char* known) {
  if (scheme.empty()) return InvalidError(fmt::format("is no URL; known schemes are {}", known));
  return InvalidError(
      fmt::format("has the scheme \"{}\", which is not known; known are {}", scheme, known));
}

constexpr const char* kDatabaseSchemes = "sqlite, postgres, postgresql";
constexpr const char* kCacheSchemes = "redis, sqlite, postgres, postgresql";

}  // namespace

Status CheckDatabaseUrl(const std::string& url) {
  const std::string scheme = SchemeOf(url);
  if (IsPostgres(scheme)) return CheckPostgresUrl(url);
  if (scheme != "sqlite") return UnknownScheme(scheme, kDatabaseSchemes);
  const Result<std::string> path = ParseSqliteUrl(url);
  return path ? Status() : path.error();
}

Status CheckCacheUrl(const std::string& url) {
  const std::string scheme = SchemeOf(url);
  if (scheme == "redis") {
    const Result<RedisLocation> location = ParseRedisUrl(url);
    return location ? Status() : location.error();
  }
  if (scheme == "sqlite" || IsPostgres(scheme)) return CheckDatabaseUrl(url);
  return UnknownScheme(scheme, kCacheSchemes);
}

Result<std::unique_ptr<Database>> OpenDatabase(const std::string& url,
                                               const BackingOptions& options, const Clock& clock) {
  if (Status status = CheckDatabaseUrl(url); !status) return status.error();
  if (IsPostgres(SchemeOf(url))) {
    return std::unique_ptr<Database>(std::make_unique<PostgresDatabase>(url, options, clock));
  }
  Result<std::string> path = ParseSqliteUrl(url);
  if (!path) return path.error();
  return std::unique_ptr<Database>(
      std::make_unique<SqliteDatabase>(std::move(path).value(), options, clock));
}

Result<std::unique_ptr<Cache>> OpenCache(const std::string& url, const BackingOptions& options,
                                         const Clock& clock) {
  if (Status status = CheckCacheUrl(url); !status) return status.error();
  if (SchemeOf(url) == "redis") {
    Result<RedisLocation> location = ParseRedisUrl(url);
    if (!location) return location.error();
    return std::unique_ptr<Cache>(
        std::make_unique<RedisCache>(std::move(location).value(), options, clock));
  }
  Result<std::unique_ptr<Database>> database = OpenDatabase(url, options, clock);
  if (!database) return database.error();
  return std::unique_ptr<Cache>(std::make_unique<SqlCache>(std::move(database).value(), clock));
}

}  // namespace twelve

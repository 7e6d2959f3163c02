#include "factors/04_backing_services/parts/open_job_queue.h"

#include <fmt/format.h>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/open_backing.h"
#include "factors/04_backing_services/parts/redis_job_queue.h"
#include "factors/04_backing_services/parts/sql_job_queue.h"

namespace twelve {

Status CheckQueueUrl(const std::string& url) {
  const std::string scheme = SchemeOf(url);
  if (scheme == "redis") {
    const Result<RedisLocation> location = ParseRedisUrl(url);
    return location ? Status() : location.error();
  }
  if (scheme == "sqlite" || scheme == "postgres" || scheme == "postgresql") {
    return CheckDatabaseUrl(url);
  }
  constexpr const char* kKnown = "redis, sqlite, postgres, postgresql";
  if (scheme.empty()) return InvalidError(fmt::format("is no URL; known schemes are {}", kKnown));
  return InvalidError(
      fmt::format("has the scheme \"{}\", which is not known; known are {}", scheme, kKnown));
}

Result<std::unique_ptr<JobQueue>> OpenJobQueue(const std::string& url,
                                               const BackingOptions& options, const Clock& clock) {
  if (Status status = CheckQueueUrl(url); !status) return status.error();
  if (SchemeOf(url) == "redis") {
    Result<RedisLocation> location = ParseRedisUrl(url);
    if (!location) return location.error();
    return std::unique_ptr<JobQueue>(
        std::make_unique<RedisJobQueue>(std::move(location).value(), options, clock));
  }
  Result<std::unique_ptr<Database>> database = OpenDatabase(url, options, clock);
  if (!database) return database.error();
  return std::unique_ptr<JobQueue>(
      std::make_unique<SqlJobQueue>(std::move(database).value(), clock));
}

}  // namespace twelve

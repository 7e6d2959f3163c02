#include "factors/04_backing_services/parts/careless_openers.h"

#include <algorithm>
#include <filesystem>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/sqlite_url.h"
#include "factors/04_backing_services/parts/stale_database.h"

namespace twelve {
namespace {

// An hour is for ever to whoever waits for an answer, and fits all fields of all libraries.
constexpr Duration kForever = std::chrono::hours(1);

AttachOptions Patient(AttachOptions options) {
  options.pool_wait = kForever;
  options.connect_timeout = kForever;
  options.statement_timeout = kForever;
  return options;
}

/// "postgres://u:p@host:6000/shop" as "postgres://u:p@host/shop".
std::string WithoutPort(const std::string& url) {
  const std::size_t slashes = url.find("://");
  if (slashes == url.npos) return url;
  const std::size_t end = std::min(url.find_first_of("/?", slashes + 3), url.size());
  const std::size_t at = url.rfind('@', end);
  const std::size_t host = at == url.npos || at < slashes ? slashes + 3 : at + 1;
  const std::size_t bracket = url.find(']', host);
  const std::size_t colon = url.find(':', bracket < end ? bracket : host);
  return colon < end ? url.substr(0, colon) + url.substr(end) : url;
}

}  // namespace

DatabaseOpener OpenHardcoded(DatabaseOpener open) {
  return [open = std::move(open)](const std::string&, const AttachOptions& options,
                                  const Clock& clock) {
    const std::string file = (std::filesystem::current_path() / "hardcoded.sqlite").string();
    return open(SqliteUrl(file), options, clock);
  };
}

DatabaseOpener IgnorePort(DatabaseOpener open) {
  return [open = std::move(open)](const std::string& url, const AttachOptions& options,
                                  const Clock& clock) {
    return open(WithoutPort(url), options, clock);
  };
}

CacheOpener IgnoreCachePort(CacheOpener open) {
  return [open = std::move(open)](const std::string& url, const AttachOptions& options,
                                  const Clock& clock) {
    return open(WithoutPort(url), options, clock);
  };
}

DatabaseOpener WaitForever(DatabaseOpener open) {
  return
      [open = std::move(open)](const std::string& url, const AttachOptions& options,
                               const Clock& clock) { return open(url, Patient(options), clock); };
}

CacheOpener WaitForeverForCache(CacheOpener open) {
  return
      [open = std::move(open)](const std::string& url, const AttachOptions& options,
                               const Clock& clock) { return open(url, Patient(options), clock); };
}

std::pair<DatabaseOpener, CacheOpener> ShareHandle(DatabaseOpener database, CacheOpener cache) {
  const auto handle = std::make_shared<std::string>();  // the database is opened first
  return {[handle, database = std::move(database)](
              const std::string& url, const AttachOptions& options, const Clock& clock) {
            *handle = url;
            return database(url, options, clock);
          },
          [handle, cache = std::move(cache)](const std::string& url, const AttachOptions& options,
                                             const Clock& clock) {
            return cache(handle->empty() ? url : *handle, options, clock);
          }};
}

DatabaseOpener KeepFirstConnection(DatabaseOpener open) {
  return [open = std::move(open)](const std::string& url, const AttachOptions& options,
                                  const Clock& clock) -> Result<std::unique_ptr<Database>> {
    const std::string scheme = SchemeOf(url);
    if (scheme != "postgres" && scheme != "postgresql") return open(url, options, clock);
    if (Status status = CheckPostgresUrl(url); !status) return status.error();
    return std::unique_ptr<Database>(std::make_unique<StaleDatabase>(url, options));
  };
}

}  // namespace twelve

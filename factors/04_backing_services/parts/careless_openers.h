#pragma once

#include <utility>

#include "factors/04_backing_services/parts/open_backing.h"

namespace twelve {

/// Violations of factor IV that lie in how a URL becomes a connection. Each takes the opener of the
/// service and gives another one back.

/// "hardcode-db-url": the place is in the code; the variable is read and not used.
DatabaseOpener OpenHardcoded(DatabaseOpener open);

/// "parse-url-ignores-port": home-made parsing of URLs that knows no port.
DatabaseOpener IgnorePort(DatabaseOpener open);
CacheOpener IgnoreCachePort(CacheOpener open);

/// "no-timeout": what most client libraries do unless they are told otherwise.
DatabaseOpener WaitForever(DatabaseOpener open);
CacheOpener WaitForeverForCache(CacheOpener open);

/// "one-handle-for-two": two resources that share one handle cannot be swapped apart.
std::pair<DatabaseOpener, CacheOpener> ShareHandle(DatabaseOpener database, CacheOpener cache);

/// "stale-connection": see StaleDatabase. What is no PostgreSQL is opened as ever.
DatabaseOpener KeepFirstConnection(DatabaseOpener open);

}  // namespace twelve

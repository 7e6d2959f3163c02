#include "factors/service/backing_switches.h"

#include "factors/04_backing_services/parts/careless_health.h"
#include "factors/04_backing_services/parts/careless_openers.h"
#include "factors/06_processes/parts/affinity_cookie.h"
#include "factors/06_processes/parts/careless_item_stores.h"
#include "factors/06_processes/parts/disk_uploads.h"
#include "factors/06_processes/parts/file_item_stores.h"
#include "factors/06_processes/parts/memory_session_store.h"

namespace twelve {
namespace {

constexpr Duration kForever = std::chrono::hours(1);

void HardcodeUrl(PartChoice& parts) {
  parts.open_database = OpenHardcoded(std::move(parts.open_database));
}

void DropPort(PartChoice& parts) {
  parts.open_database = IgnorePort(std::move(parts.open_database));
  parts.open_cache = IgnoreCachePort(std::move(parts.open_cache));
}

void ShareOneHandle(PartChoice& parts) {
  std::tie(parts.open_database, parts.open_cache) =
      ShareHandle(std::move(parts.open_database), std::move(parts.open_cache));
}

void DropTimeouts(PartChoice& parts) {
  parts.open_database = WaitForever(std::move(parts.open_database));
  parts.open_cache = WaitForeverForCache(std::move(parts.open_cache));
  parts.watch.connect_timeout = kForever;
  parts.watch.check_timeout = kForever;
}

void KeepStaleConnection(PartChoice& parts) {
  parts.open_database = KeepFirstConnection(std::move(parts.open_database));
}

void TryOnce(PartChoice& parts) {
  parts.watch.back_off = [](int) { return std::optional<Duration>(); };
}

void PhoneHome(PartChoice& parts) {
  parts.boot.push_back(std::make_unique<PhoneHomeBoot>());
}

template <std::vector<HttpRoute> (*change)(std::vector<HttpRoute>)>
void Route(PartChoice& parts) {
  parts.route_wrappers.emplace_back(change);
}

template <typename Store>
void KeepItemsIn(PartChoice& parts) {
  parts.make_items = [](Database&, const Clock& clock) { return std::make_unique<Store>(clock); };
}

void CacheItemsForEver(PartChoice& parts) {
  parts.make_items = [make = std::move(parts.make_items)](Database& database, const Clock& clock) {
    return std::make_unique<EverlastingItemCache>(make(database, clock));
  };
}

void WriteItemsBehind(PartChoice& parts) {
  parts.make_items = [make = std::move(parts.make_items)](Database& database, const Clock& clock) {
    return std::make_unique<WriteBehindItemStore>(make(database, clock),
                                                  WriteBehindItemStore::kEvery, clock);
  };
}

void KeepSessionsInMemory(PartChoice& parts) {
  parts.make_sessions = [](Cache&, Duration time_to_live, const Clock& clock) {
    return std::make_unique<MemorySessionStore>(time_to_live, clock);
  };
}

constexpr ViolationSwitch kSwitches[] = {
    {"affinity-cookie", Route<AskForAffinity>},
    {"file-store", KeepItemsIn<FileItemStore>},
    {"hardcode-db-url", HardcodeUrl},
    {"infinite-cache", CacheItemsForEver},
    {"json-file-db", KeepItemsIn<AppendedItemStore>},
    {"liveness-checks-db", Route<AskDatabaseForHealth>},
    {"memory-store", KeepItemsIn<MemoryItemStore>},
    {"never-retry", TryOnce},
    {"no-timeout", DropTimeouts},
    {"one-handle-for-two", ShareOneHandle},
    {"parse-url-ignores-port", DropPort},
    {"phone-home", PhoneHome},
    {"session-in-memory", KeepSessionsInMemory},
    {"stale-connection", KeepStaleConnection},
    {"upload-to-disk", Route<KeepUploadsOnDisk>},
    {"write-behind", WriteItemsBehind},
};

}  // namespace

std::span<const ViolationSwitch> BackingSwitches() {
  return kSwitches;
}

}  // namespace twelve

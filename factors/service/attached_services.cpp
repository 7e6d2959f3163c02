#include "factors/service/attached_services.h"

#include <algorithm>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/12_admin_processes/parts/migrations.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

// Between two tries at a server that is away: doubled each time, up to the second.
constexpr milliseconds kFirstPause(100), kLongestPause(2000);

/// A file, or memory: nobody but this process can make it come back.
bool IsEmbedded(const BackingService& service) {
  const std::string place = service.place();
  return place.starts_with("sqlite:") || place.starts_with("file:");
}

Error Named(std::string_view variable, const Error& error) {
  return {error.code, std::string(variable) + " " + error.message, error.call, error.sys_errno};
}

BackingOptions OptionsFrom(ServiceRuntime& runtime) {
  const ServiceConfig& config = runtime.config();
  BackingOptions options;
  options.application_name = config.service_name;
  options.pool_least = config.pool_min;
  options.pool_most = config.pool_max;
  options.connect_timeout = config.backing_timeout;
  options.statement_timeout = config.backing_timeout;
  options.prepare_embedded = [&runtime](Database& database) {
    const auto progress = [&](const Migration& migration, Migrations::Direction) {
      runtime.events().Write({"migration_applied",
                              {{"database", database.place()},
                               {"version", std::int64_t{migration.version}},
                               {"name", migration.name},
                               {"because", std::string("an embedded database has no operator")}}});
    };
    return MigrateEmbedded(database, runtime.clock(), progress);
  };
  return options;
}

}  // namespace

Result<std::unique_ptr<AttachedServices>> AttachedServices::Open(ServiceRuntime& runtime) {
  std::unique_ptr<AttachedServices> services(new AttachedServices(runtime));
  if (Status status = services->OpenAll(); !status) return status.error();
  return services;
}

AttachedServices::~AttachedServices() {
  stop_.Cancel();
  if (connecting_.joinable()) connecting_.join();
}

Status AttachedServices::OpenAll() {
  const ServiceConfig& config = runtime_.config();
  const BackingOptions options = OptionsFrom(runtime_);
  PartChoice& parts = runtime_.parts();
  auto database = parts.open_database(config.database_url, options, runtime_.clock());
  if (!database) return Named("DATABASE_URL", database.error());
  database_ = std::move(database).value();
  auto cache = parts.open_cache(config.cache_url, options, runtime_.clock());
  if (!cache) return Named("CACHE_URL", cache.error());
  cache_ = std::move(cache).value();
  auto queue = parts.open_queue(config.queue_url, options, runtime_.clock());
  if (!queue) return Named("QUEUE_URL", queue.error());
  queue_ = std::move(queue).value();
  if (config.storage_url.empty()) return {};
  auto storage = parts.open_storage(config.storage_url, options, runtime_.clock());
  if (!storage) return Named("STORAGE_URL", storage.error());
  storage_ = std::move(storage).value();
  return {};
}

std::vector<BackingService*> AttachedServices::all() const {
  std::vector<BackingService*> services = {database_.get(), cache_.get(), queue_.get()};
  if (storage_) services.push_back(storage_.get());
  return services;
}

Status AttachedServices::Connect() {
  std::vector<BackingService*> missing;
  for (BackingService* const service : all()) {
    const Status status = service->Connect(runtime_.config().backing_timeout);
    if (status.ok()) continue;
    if (IsEmbedded(*service)) return status;
    runtime_.events().Write({"backing_service_away",
                             {{"kind", std::string(ToString(service->kind()))},
                              {"place", service->place()},
                              {"reason", status.error().message}},
                             EventLevel::kError});
    missing.push_back(service);
  }
  if (!missing.empty()) {
    connecting_ = std::thread([this, missing] { KeepConnecting(missing); });
  }
  return {};
}

void AttachedServices::KeepConnecting(std::vector<BackingService*> missing) {
  Duration pause = kFirstPause;
  while (!missing.empty() && !stop_.WaitFor(pause)) {
    pause = std::min<Duration>(2 * pause, kLongestPause);
    std::vector<BackingService*> still;
    for (BackingService* const service : missing) {
      if (!service->Connect(runtime_.config().backing_timeout).ok()) {
        still.push_back(service);
        continue;
      }
      runtime_.events().Write({"backing_service_back",
                               {{"kind", std::string(ToString(service->kind()))},
                                {"place", service->place()}}});
    }
    missing.swap(still);
  }
}

Status AttachedServices::Check() {
  for (BackingService* const service : all()) {
    if (Status status = service->Check(runtime_.config().backing_timeout); !status) {
      return Error{status.error().code,
                   std::string(ToString(service->kind())) + ": " + status.error().message,
                   status.error().call, status.error().sys_errno};
    }
  }
  return Migrations(*database_, runtime_.clock()).CheckComplete();
}

}  // namespace twelve

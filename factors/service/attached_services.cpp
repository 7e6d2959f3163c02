#include "factors/service/attached_services.h"

#include <algorithm>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/12_admin_processes/parts/migrations.h"

namespace twelve {
namespace {

/// A file, or memory: nobody but this process can make it come back.
bool IsEmbedded(const std::string& place) {
  return place.starts_with("sqlite:") || place.starts_with("file:");
}

Error Named(std::string_view variable, const Error& error) {
  return {error.code, std::string(variable) + " " + error.message, error.call, error.sys_errno};
}

AttachOptions OptionsFrom(ServiceRuntime& runtime) {
  const ServiceConfig& config = runtime.config();
  AttachOptions options;
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

AttachedServices::AttachedServices(ServiceRuntime& runtime)
    : runtime_(runtime), set_(runtime.parts().watch, runtime.events(), runtime.clock()) {}

Status AttachedServices::OpenAll() {
  const ServiceConfig& config = runtime_.config();
  // An opener that has its options: the set knows of nothing but URLs.
  const auto with_options = [this, options = OptionsFrom(runtime_)](auto open) {
    return [open = std::move(open), options, &clock = runtime_.clock()](const std::string& url) {
      return open(url, options, clock);
    };
  };
  PartChoice& parts = runtime_.parts();
  auto database =
      set_.AddDatabase("database", config.database_url, with_options(parts.open_database));
  if (!database) return Named("DATABASE_URL", database.error());
  database_ = *database;
  auto cache = set_.AddCache("cache", config.cache_url, with_options(parts.open_cache));
  if (!cache) return Named("CACHE_URL", cache.error());
  cache_ = *cache;
  auto queue = set_.AddQueue("queue", config.queue_url, with_options(parts.open_queue));
  if (!queue) return Named("QUEUE_URL", queue.error());
  queue_ = *queue;
  if (config.storage_url.empty()) return {};
  auto storage = set_.AddStorage("storage", config.storage_url, with_options(parts.open_storage));
  if (!storage) return Named("STORAGE_URL", storage.error());
  storage_ = *storage;
  return {};
}

Status AttachedServices::Connect() {
  for (const BackingReport& report : set_.ConnectAll(runtime_.config().backing_timeout)) {
    const bool up = report.state == BackingState::kUp;
    if (!up && report.error && IsEmbedded(report.place)) return *report.error;
  }
  return {};
}

Status AttachedServices::Check() {
  // A prober waits about a second for an answer.
  constexpr std::chrono::seconds kProbe(1);
  const Duration patience = std::min<Duration>(runtime_.config().backing_timeout, kProbe);
  if (Status status = set_.Ready(patience); !status) return status;
  return Migrations(*database_, runtime_.clock()).CheckComplete();
}

}  // namespace twelve

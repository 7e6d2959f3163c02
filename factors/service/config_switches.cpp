#include "factors/service/config_switches.h"

#include "factors/03_config/parts/careless_settings_readers.h"
#include "factors/03_config/parts/service_config.h"
#include "factors/03_config/parts/talkative_database.h"
#include "factors/10_dev_prod_parity/parts/development_banner.h"

namespace twelve {
namespace {

template <typename Reader>
void Read(PartChoice& parts) {
  parts.settings_reader = std::make_unique<Reader>(std::move(parts.settings_reader));
}

void ReadKeyLazily(PartChoice& parts) {
  Read<LazySettingsReader>(parts);
  parts.api_key_guard = std::make_unique<LazyApiKeyGuard>();
}

void ServeEnvironment(PartChoice& parts) {
  parts.config_routes = [](const Settings& settings, const Environment& environment) {
    std::vector<HttpRoute> routes = ConfigRoutes(settings);
    for (HttpRoute& route : DebugEnvironmentRoutes(environment)) {
      routes.push_back(std::move(route));
    }
    return routes;
  };
}

void ChooseByEnvironment(PartChoice& parts) {
  parts.adapter_choice = std::make_unique<EnvironmentAdapterChoice>();
}

void PrintUrlOnError(PartChoice& parts) {
  parts.open_database = [open = parts.open_database](const std::string& url,
                                                     const BackingOptions& options,
                                                     const Clock& clock) {
    Result<std::unique_ptr<Database>> database = open(url, options, clock);
    if (!database) return database;
    return Result<std::unique_ptr<Database>>(
        std::make_unique<TalkativeDatabase>(std::move(database).value(), url));
  };
}

void ShowBanner(PartChoice& parts) {
  parts.boot.push_back(std::make_unique<DevelopmentBanner>());
}

void NameNothing(PartChoice& parts) {
  parts.name_release = NameNoRelease;
}

constexpr ViolationSwitch kSwitches[] = {
    {"cache-config-file", Read<CachingReader>},
    {"config-by-env-name", Read<NamedGroupReader>},
    {"constant-version", NameNothing},
    {"debug-env-endpoint", ServeEnvironment},
    {"default-secret", Read<DefaultSecretReader>},
    {"dev-server-banner", ShowBanner},
    {"dev-uses-sqlite", ChooseByEnvironment},
    {"env-name-overrides-db", Read<DevelopmentDatabaseReader>},
    {"lazy-config", ReadKeyLazily},
    {"log-db-url-on-error", PrintUrlOnError},
    {"log-env-at-boot", Read<PrintingReader>},
    {"missing-env-no-name", Read<NamelessErrorReader>},
    {"reads-config-yml", Read<ConfigFileReader>},
};

}  // namespace

std::span<const ViolationSwitch> ConfigSwitches() {
  return kSwitches;
}

}  // namespace twelve

#pragma once

#include <memory>

#include "factors/03_config/parts/settings_reader.h"
#include "factors/contracts/http.h"

namespace twelve {

/// A reader that spoils what another one reads.
class CarelessSettingsReader : public SettingsReader {
 public:
  explicit CarelessSettingsReader(std::unique_ptr<SettingsReader> inner)
      : inner_(std::move(inner)) {}

 protected:
  SettingsReader& inner() { return *inner_; }

 private:
  std::unique_ptr<SettingsReader> inner_;
};

/// "default-secret": a secret that is required and not set is "changeme", which every reader of the
/// code knows.
class DefaultSecretReader final : public CarelessSettingsReader {
 public:
  using CarelessSettingsReader::CarelessSettingsReader;
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override;
};

/// "lazy-config": leaves the key of the API for the first request that needs it.
class LazySettingsReader final : public CarelessSettingsReader {
 public:
  using CarelessSettingsReader::CarelessSettingsReader;
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override;
};

/// "missing-env-no-name": ends with "config error" and lets the reader guess.
class NamelessErrorReader final : public CarelessSettingsReader {
 public:
  using CarelessSettingsReader::CarelessSettingsReader;
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override;
};

/// "log-env-at-boot": prints the whole environment, passwords and all, where logs are collected.
class PrintingReader final : public CarelessSettingsReader {
 public:
  using CarelessSettingsReader::CarelessSettingsReader;
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override;
};

/// "config-by-env-name": takes what the environment leaves open from config.$APP_ENV.json, so that
/// a new deploy needs a new file in the code.
class NamedGroupReader final : public CarelessSettingsReader {
 public:
  using CarelessSettingsReader::CarelessSettingsReader;
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override;
};

/// "reads-config-yml": the lines "NAME: value" of config.yml win over the environment.
class ConfigFileReader final : public CarelessSettingsReader {
 public:
  using CarelessSettingsReader::CarelessSettingsReader;
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override;
};

/// "cache-config-file": leaves all that it read, secrets included, in cache.json.
class CachingReader final : public CarelessSettingsReader {
 public:
  using CarelessSettingsReader::CarelessSettingsReader;
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override;
};

/// "env-name-overrides-db": with APP_ENV=development the database is SQLite, whatever DATABASE_URL
/// says.
class DevelopmentDatabaseReader final : public CarelessSettingsReader {
 public:
  using CarelessSettingsReader::CarelessSettingsReader;
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override;
};

/// "debug-env-endpoint": GET /debug/vars, which answers with the environment of the process.
std::vector<HttpRoute> DebugEnvironmentRoutes(const Environment& environment);

}  // namespace twelve

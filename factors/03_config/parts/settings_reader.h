#pragma once

#include <span>

#include "factors/03_config/parts/settings.h"

namespace twelve {

/// Where a process takes its configuration from, once, before it does anything else.
///
/// Threads: main only.
/// Errors:  kInvalid; the message is for the user and ends the process.
class SettingsReader {
 public:
  virtual ~SettingsReader() = default;
  virtual Result<Settings> Read(std::span<const SettingRow> schema,
                                const Environment& environment) = 0;
};

/// Factor III: config is read from the environment and from nowhere else, all of it at the start,
/// and a process whose config is wrong says everything that is wrong with it and ends.
class EnvironmentReader final : public SettingsReader {
 public:
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override {
    return Settings::Read(schema, environment);
  }
};

}  // namespace twelve

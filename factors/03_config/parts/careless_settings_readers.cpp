#include "factors/03_config/parts/careless_settings_readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

std::string EnvironmentName(const Environment& environment) {
  const auto found = environment.find("APP_ENV");
  return found == environment.end() ? "local" : found->second;
}

bool IsMissing(const SettingRow& row, const Environment& environment) {
  return environment.find(row.name) == environment.end() && !row.otherwise && row.follows.empty();
}

std::vector<SettingRow> Copy(std::span<const SettingRow> schema) {
  return {schema.begin(), schema.end()};
}

std::string Trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  const std::size_t last = text.find_last_not_of(" \t\r");
  return first == text.npos ? std::string() : text.substr(first, last - first + 1);
}

}  // namespace

Result<Settings> DefaultSecretReader::Read(std::span<const SettingRow> schema,
                                           const Environment& environment) {
  std::vector<SettingRow> rows = Copy(schema);
  for (SettingRow& row : rows) {
    if (row.secret && IsMissing(row, environment)) row.otherwise = "changeme";
  }
  return inner().Read(rows, environment);
}

Result<Settings> LazySettingsReader::Read(std::span<const SettingRow> schema,
                                          const Environment& environment) {
  std::vector<SettingRow> rows = Copy(schema);
  for (SettingRow& row : rows) {
    if (row.name == "API_KEY" && IsMissing(row, environment)) row.otherwise = "";
  }
  return inner().Read(rows, environment);
}

Result<Settings> NamelessErrorReader::Read(std::span<const SettingRow> schema,
                                           const Environment& environment) {
  Result<Settings> settings = inner().Read(schema, environment);
  if (!settings) return InvalidError("config error");
  return settings;
}

Result<Settings> PrintingReader::Read(std::span<const SettingRow> schema,
                                      const Environment& environment) {
  for (const auto& [name, value] : environment) fmt::print(stderr, "env {}={}\n", name, value);
  return inner().Read(schema, environment);
}

Result<Settings> NamedGroupReader::Read(std::span<const SettingRow> schema,
                                        const Environment& environment) {
  Environment whole = environment;
  std::ifstream file(fmt::format("config.{}.json", EnvironmentName(environment)));
  const auto group = nlohmann::json::parse(file, nullptr, false);
  if (group.is_object()) {
    for (const auto& [name, value] : group.items()) {
      if (value.is_string()) whole.emplace(name, value.get<std::string>());
    }
  }
  return inner().Read(schema, whole);
}

Result<Settings> ConfigFileReader::Read(std::span<const SettingRow> schema,
                                        const Environment& environment) {
  Environment whole = environment;
  std::ifstream file("config.yml");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (colon == line.npos || line.starts_with('#')) continue;
    whole.insert_or_assign(line.substr(0, colon), Trimmed(line.substr(colon + 1)));
  }
  return inner().Read(schema, whole);
}

Result<Settings> CachingReader::Read(std::span<const SettingRow> schema,
                                     const Environment& environment) {
  Result<Settings> settings = inner().Read(schema, environment);
  if (!settings) return settings;
  nlohmann::ordered_json json;
  for (const auto& [name, value] : settings->values()) json[name] = value.text;
  std::ofstream("cache.json") << json.dump(2, ' ', false,
                                           nlohmann::ordered_json::error_handler_t::replace)
                              << "\n";
  return settings;
}

Result<Settings> DevelopmentDatabaseReader::Read(std::span<const SettingRow> schema,
                                                 const Environment& environment) {
  Environment changed = environment;
  if (EnvironmentName(environment) == "development") changed.erase("DATABASE_URL");
  return inner().Read(schema, changed);
}

std::vector<HttpRoute> DebugEnvironmentRoutes(const Environment& environment) {
  nlohmann::ordered_json json;
  for (const auto& [name, value] : environment) json[name] = value;
  return {{"GET",
           "/debug/vars",
           [body = json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)](
               const HttpRequest&) {
             return HttpResponse{200, body};
           },
           {.summary = "The environment of the process"}}};
}

}  // namespace twelve

#include "factors/03_config/parts/service_config.h"

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using Kind = SettingRow::Kind;

EventLevel ToLevel(const std::string& name) {
  if (name == "DEBUG") return EventLevel::kDebug;
  if (name == "WARNING") return EventLevel::kWarning;
  if (name == "ERROR") return EventLevel::kError;
  return EventLevel::kInfo;
}

Duration Milliseconds(std::int64_t count) {
  return std::chrono::milliseconds(count);
}

}  // namespace

std::string MaskedUrl(const std::string& url) {
  const std::size_t authority = url.find("://");
  const std::size_t at = url.rfind('@');
  if (at == std::string::npos) return url;
  const std::size_t from = authority == std::string::npos ? 0 : authority + 3;
  return url.substr(0, from) + "***" + url.substr(at);
}

std::vector<SettingRow> ServiceSchema(std::function<Status(const std::string&)> check_database_url,
                                      std::string default_database_url) {
  return {
      {"PORT", "the port to serve HTTP on; 0 takes a free one and says which", Kind::kWhole, "8000",
       0, 65535},
      {"HOST", "the address to serve on; 0.0.0.0 is every interface", Kind::kText, "0.0.0.0"},
      {.name = "DATABASE_URL",
       .what = "where sessions are kept",
       .otherwise = std::move(default_database_url),
       .check = std::move(check_database_url),
       .secret = true},
      {"DRAIN_DELAY_MS", "after SIGTERM: how long to answer on while the router looks away",
       Kind::kWhole, "500", 0, 60'000},
      {"GRACE_MS", "after SIGTERM: when to give up on requests that have not finished",
       Kind::kWhole, "8000", 0, 600'000},
      {.name = "LOG_LEVEL",
       .what = "the least level of events that are written",
       .kind = Kind::kChoice,
       .otherwise = "INFO",
       .choices = {"DEBUG", "INFO", "WARNING", "ERROR"}},
      {"SERVICE_NAME", "the name in every event", Kind::kText, "twelve-service"},
      {"SESSION_TTL_S", "seconds until an unused session is forgotten", Kind::kWhole, "86400", 1,
       31'536'000},
      {"RELEASE_ID", "the release that this process runs, for /version and every answer",
       Kind::kText, "unreleased"},
  };
}

ServiceConfig ToServiceConfig(const Settings& settings) {
  ServiceConfig config;
  config.port = static_cast<std::uint16_t>(settings.Number("PORT"));
  config.host = settings.Text("HOST");
  config.database_url = settings.Text("DATABASE_URL");
  config.drain_delay = Milliseconds(settings.Number("DRAIN_DELAY_MS"));
  config.grace = Milliseconds(settings.Number("GRACE_MS"));
  config.log_level = ToLevel(settings.Text("LOG_LEVEL"));
  config.service_name = settings.Text("SERVICE_NAME");
  config.session_ttl = std::chrono::seconds(settings.Number("SESSION_TTL_S"));
  config.release_id = settings.Text("RELEASE_ID");
  return config;
}

std::vector<HttpRoute> ConfigRoutes(const Settings& settings) {
  nlohmann::ordered_json json;
  for (const auto& [name, value] : settings.values()) {
    json[name] = {{"value", value.secret ? MaskedUrl(value.text) : value.text},
                  {"from", value.from_environment ? "environment" : "default"}};
  }
  // Nothing here can change while the process runs: a new configuration is a new process.
  return {{"GET", "/config",
           [body = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)](
               const HttpRequest&) {
             return HttpResponse{200, body};
           }}};
}

}  // namespace twelve

#include "factors/03_config/parts/service_config.h"

#include <iterator>

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

std::vector<SettingRow> WebRows() {
  return {
      {"PORT", "the port to serve HTTP on; 0 takes a free one and says which", Kind::kWhole, "8000",
       0, 65535},
      {"HOST", "the address to serve on; 0.0.0.0 is every interface", Kind::kText, "0.0.0.0"},
      {"DRAIN_DELAY_MS", "after SIGTERM: how long to answer on while the router looks away",
       Kind::kWhole, "500", 0, 60'000},
      {"GRACE_MS", "after SIGTERM: when to give up on requests and jobs that have not finished",
       Kind::kWhole, "8000", 0, 600'000},
      {"SESSION_TTL_S", "seconds until an unused session is forgotten", Kind::kWhole, "86400", 1,
       31'536'000},
  };
}

std::vector<SettingRow> BackingRows(const SchemaNeeds& needs) {
  const auto beside = [make = needs.storage_beside](const std::string& database_url) {
    return make ? make(database_url) : std::string();
  };
  return {
      {.name = "DATABASE_URL",
       .what = "the database, for items",
       .kind = Kind::kUrl,
       .otherwise = needs.default_database_url,
       .check = needs.database_url,
       .secret = true},
      {.name = "CACHE_URL",
       .what = "the cache, for sessions",
       .kind = Kind::kUrl,
       .check = needs.cache_url,
       .secret = true,
       .follows = "DATABASE_URL"},
      {.name = "QUEUE_URL",
       .what = "the queue, for jobs",
       .kind = Kind::kUrl,
       .check = needs.queue_url,
       .secret = true,
       .follows = "DATABASE_URL"},
      {.name = "STORAGE_URL",
       .what = "the store of files; a directory beside an embedded database, or none",
       .kind = Kind::kUrl,
       .check = needs.storage_url,
       .secret = true,
       .follows = "DATABASE_URL",
       .derive = beside},
      // 20 connections do some 2,000 statements of 10 ms a second, and four processes with that
      // many fit into the 97 that PostgreSQL has for us unless it is told otherwise.
      {"DB_POOL_MIN", "connections to a database server that are kept open", Kind::kWhole, "5", 0,
       1000},
      {.name = "DB_POOL_MAX",
       .what = "connections to a database server at most, for each process",
       .kind = Kind::kWhole,
       .otherwise = "20",
       .least = 1,
       .most = 1000,
       .not_below = "DB_POOL_MIN"},
      {"BACKING_TIMEOUT", "how long a backing service may take for one answer", Kind::kDuration,
       "2s", 10, 60'000},
  };
}

std::vector<SettingRow> WorkRows() {
  return {
      {"WORKER_CONCURRENCY", "jobs that one worker process does at the same time", Kind::kWhole,
       "4", 1, 1000},
      {"JOB_VISIBILITY", "how long a worker may keep a job before another one is given it",
       Kind::kDuration, "30s", 100, 43'200'000},
      {"CLOCK_INTERVAL", "how often the clock process asks for its work", Kind::kDuration, "1m",
       100, 86'400'000},
  };
}

std::vector<SettingRow> TelemetryRows() {
  return {
      {.name = "LOG_LEVEL",
       .what = "the least level of events that are written",
       .kind = Kind::kChoice,
       .otherwise = "INFO",
       .choices = {"DEBUG", "INFO", "WARNING", "ERROR"}},
      {"TELEMETRY", "whether /metrics is served", Kind::kBoolean, "true"},
  };
}

std::vector<SettingRow> LabelRows(const SchemaNeeds& needs) {
  return {
      {.name = "API_KEY",
       .what = "the key that a caller of /api has to bring; without one anybody may call",
       .otherwise = "",
       .secret = true},
      {.name = "FEATURE_FLAGS",
       .what = "what is switched on, and for how many users: a JSON object, by name of the flag",
       .otherwise = "{}",
       .check = needs.feature_flags},
      {"SERVICE_NAME", "the name in every event", Kind::kText, "twelve-service"},
      {"RELEASE_ID", "the release that this process runs, for /version, every event and answer",
       Kind::kText, "unreleased"},
      {"APP_ENV", "the name of this deploy; a label that nothing depends on", Kind::kText, "local"},
      {"APP_REGION", "where this deploy is; a label that nothing depends on", Kind::kText, "local"},
  };
}

}  // namespace

std::vector<SettingRow> ServiceSchema(const SchemaNeeds& needs) {
  std::vector<SettingRow> schema;
  for (std::vector<SettingRow>& rows :
       std::vector{WebRows(), BackingRows(needs), WorkRows(), TelemetryRows(), LabelRows(needs)}) {
    schema.insert(schema.end(), std::make_move_iterator(rows.begin()),
                  std::make_move_iterator(rows.end()));
  }
  return schema;
}

ServiceConfig ToServiceConfig(const Settings& settings) {
  ServiceConfig config;
  config.port = static_cast<std::uint16_t>(settings.Number("PORT"));
  config.host = settings.Text("HOST");
  config.database_url = settings.Text("DATABASE_URL");
  config.cache_url = settings.Text("CACHE_URL");
  config.queue_url = settings.Text("QUEUE_URL");
  config.storage_url = settings.Text("STORAGE_URL");
  config.pool_min = static_cast<int>(settings.Number("DB_POOL_MIN"));
  config.pool_max = static_cast<int>(settings.Number("DB_POOL_MAX"));
  config.backing_timeout = settings.Length("BACKING_TIMEOUT");
  config.worker_concurrency = static_cast<int>(settings.Number("WORKER_CONCURRENCY"));
  config.job_visibility = settings.Length("JOB_VISIBILITY");
  config.clock_interval = settings.Length("CLOCK_INTERVAL");
  config.drain_delay = Milliseconds(settings.Number("DRAIN_DELAY_MS"));
  config.grace = Milliseconds(settings.Number("GRACE_MS"));
  config.session_ttl = std::chrono::seconds(settings.Number("SESSION_TTL_S"));
  config.feature_flags = settings.Text("FEATURE_FLAGS");
  config.log_level = ToLevel(settings.Text("LOG_LEVEL"));
  config.telemetry = settings.Flag("TELEMETRY");
  config.service_name = settings.Text("SERVICE_NAME");
  config.release_id = settings.Text("RELEASE_ID");
  config.environment_name = settings.Text("APP_ENV");
  config.region = settings.Text("APP_REGION");
  return config;
}

std::vector<HttpRoute> ConfigRoutes(const Settings& settings) {
  nlohmann::ordered_json json;
  for (const auto& [name, value] : settings.values()) {
    json[name] = {{"value", value.Shown()}, {"from", value.from}};
    if (value.secret) json[name]["secret"] = true;
  }
  // Nothing here can change while the process runs: a new configuration is a new process.
  return {{"GET",
           "/config",
           [body = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)](
               const HttpRequest&) {
             return HttpResponse{200, body};
           },
           {.summary = "Each variable, its value and where that came from; secrets are masked"}}};
}

}  // namespace twelve

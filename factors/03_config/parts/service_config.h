#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "factors/03_config/parts/settings.h"
#include "factors/contracts/event_sink.h"
#include "factors/contracts/http.h"
#include "harness/base/clock.h"

namespace twelve {

/// The configuration of the reference service, typed. Everything that differs between deploys is
/// here, and nothing is read from anywhere else.
struct ServiceConfig {
  std::uint16_t port = 0;
  std::string host;
  std::string database_url;
  std::string cache_url;
  std::string queue_url;
  std::string storage_url;  // empty: no storage is attached
  int pool_min = 0;         // connections to a database server
  int pool_max = 0;
  Duration backing_timeout{};  // for one answer of a backing service
  int worker_concurrency = 0;
  Duration job_visibility{};
  Duration clock_interval{};
  Duration drain_delay{};
  Duration grace{};
  Duration session_ttl{};
  std::string feature_flags;  // JSON
  EventLevel log_level = EventLevel::kInfo;
  bool telemetry = true;
  std::string service_name;
  std::string release_id;
  std::string environment_name;  // a label; nothing depends on it
  std::string region;            // a label
};

/// What the schema needs from those who know the values. A null check lets everything through.
struct SchemaNeeds {
  /// Errors: kInvalid; the message completes "DATABASE_URL …" and holds no part of a URL but its
  /// scheme.
  using Check = std::function<Status(const std::string& value)>;
  Check database_url = nullptr;
  Check cache_url = nullptr;
  Check queue_url = nullptr;
  Check storage_url = nullptr;
  Check feature_flags = nullptr;
  std::string default_database_url = {};  // depends on the machine
  /// The storage that goes with a database when no other is named; empty for none. Null: none.
  std::function<std::string(const std::string& database_url)> storage_beside = nullptr;
};
std::vector<SettingRow> ServiceSchema(const SchemaNeeds& needs);

/// REQUIRES: read with ServiceSchema.
ServiceConfig ToServiceConfig(const Settings& settings);

/// GET /config: what is in force and where each value came from. Secrets are masked.
std::vector<HttpRoute> ConfigRoutes(const Settings& settings);

}  // namespace twelve

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
  Duration drain_delay{};
  Duration grace{};
  EventLevel log_level = EventLevel::kInfo;
  std::string service_name;
  Duration session_ttl{};
  std::string release_id;
};

/// The schema. `check_database_url` comes from whoever knows the backing services.
/// `default_database_url` depends on the machine.
std::vector<SettingRow> ServiceSchema(std::function<Status(const std::string&)> check_database_url,
                                      std::string default_database_url);

/// REQUIRES: read with ServiceSchema.
ServiceConfig ToServiceConfig(const Settings& settings);

/// A URL that may be printed: without the user and the password that may stand before an "@".
std::string MaskedUrl(const std::string& url);

/// GET /config: what is in force and where each value came from. Secrets are masked.
std::vector<HttpRoute> ConfigRoutes(const Settings& settings);

}  // namespace twelve

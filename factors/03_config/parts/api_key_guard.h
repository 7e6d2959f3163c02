#pragma once

#include <vector>

#include "factors/03_config/parts/settings.h"
#include "factors/contracts/http.h"

namespace twelve {

/// Who may call the API: what the secret API_KEY is for. Routes below /api/ answer 401 to a request
/// that does not bring the key in "Authorization: Bearer KEY". Without a key everybody may call.
///
/// Threads: Guard on main; the handlers that it returns from any.
class ApiKeyGuard {
 public:
  virtual ~ApiKeyGuard() = default;
  virtual std::vector<HttpRoute> Guard(std::vector<HttpRoute> routes,
                                       const Settings& settings) const = 0;
};

/// Factor III: the key is config, read and checked with all the rest at the start.
class ConfiguredApiKeyGuard final : public ApiKeyGuard {
 public:
  std::vector<HttpRoute> Guard(std::vector<HttpRoute> routes,
                               const Settings& settings) const override;
};

/// Violation of factor III, "lazy-config": looks the key up when a request needs it. A process
/// without one starts, says that it is ready, and fails its first customer.
class LazyApiKeyGuard final : public ApiKeyGuard {
 public:
  std::vector<HttpRoute> Guard(std::vector<HttpRoute> routes,
                               const Settings& settings) const override;
};

}  // namespace twelve

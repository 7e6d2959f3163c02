#pragma once

#include <vector>

#include "factors/contracts/boot_step.h"
#include "factors/contracts/http.h"

namespace twelve {

/// Violation of factor IV, "liveness-checks-db": GET /health lists an item to find out whether the
/// process lives. A database that is slow then has every process killed that could have waited.
std::vector<HttpRoute> AskDatabaseForHealth(std::vector<HttpRoute> routes);

/// Violation of factor IV, "phone-home": tells somebody at each start, at an address that no
/// variable names and no operator can change. It is a port of this machine where usually nobody
/// listens.
class PhoneHomeBoot final : public BootStep {
 public:
  static constexpr std::uint16_t kPort = 4317;
  Status Run(TerminationHandling& termination) override;
};

}  // namespace twelve

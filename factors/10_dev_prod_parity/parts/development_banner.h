#pragma once

#include "factors/contracts/boot_step.h"

namespace twelve {

/// Violation of factor X, "dev-server-banner": what serves here says itself that it is not made for
/// this.
class DevelopmentBanner final : public BootStep {
 public:
  Status Run(TerminationHandling& termination) override;
};

}  // namespace twelve

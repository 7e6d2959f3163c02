#pragma once

#include "factors/contracts/termination.h"

namespace twelve {

/// Violations of factor IX: three ways to meet SIGTERM that do not bring the service to rest.
class CarelessTermination final : public TerminationHandling {
 public:
  enum class Kind {
    kIgnore,     // "ignore-sigterm": SIG_IGN; the process goes on until SIGKILL
    kExit,       // "exit-on-sigterm": a handler that ends the process, whatever it was doing
    kNoHandler,  // "no-term-handler": the kernel's default action, which process 1 does not have
  };
  explicit CarelessTermination(Kind kind) : kind_(kind) {}

  void Install() override;
  bool WaitForRequest(Duration at_most) override;
  /// Returns only when the service has ended by itself.
  int Run(Drainable& service) override;

 private:
  const Kind kind_;
};

}  // namespace twelve

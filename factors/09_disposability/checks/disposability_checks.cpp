#include "factors/09_disposability/checks/disposability_checks.h"

#include "factors/09_disposability/checks/ix_kill9_restart.h"
#include "factors/09_disposability/checks/ix_startup_time.h"
#include "factors/09_disposability/checks/ix_term_drain.h"
#include "factors/09_disposability/checks/ix_term_idle.h"
#include "factors/09_disposability/checks/ix_term_pid1.h"
#include "factors/09_disposability/checks/ix_term_wrapper.h"

namespace twelve {

std::vector<const Check*> DisposabilityChecks() {
  return {&Kill9RestartCheck(), &StartupTimeCheck(), &TermDrainCheck(),
          &TermIdleCheck(),     &TermPid1Check(),    &TermWrapperCheck()};
}

}  // namespace twelve

#include "factors/07_port_binding/checks/port_binding_checks.h"

#include "factors/07_port_binding/checks/vii_port_busy.h"
#include "factors/07_port_binding/checks/vii_port_env.h"

namespace twelve {

std::vector<const Check*> PortBindingChecks() {
  return {&PortBusyCheck(), &PortEnvCheck()};
}

}  // namespace twelve

#include "factors/11_logs/checks/logs_checks.h"

#include "factors/11_logs/checks/xi_latency.h"
#include "factors/11_logs/checks/xi_stdout_events.h"

namespace twelve {

std::vector<const Check*> LogsChecks() {
  return {&LogLatencyCheck(), &StdoutEventsCheck()};
}

}  // namespace twelve

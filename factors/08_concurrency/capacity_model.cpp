#include "factors/08_concurrency/capacity_model.h"

#include <algorithm>
#include <cmath>

namespace twelve {
namespace {

/// Rounds up, but not for an error in the last digits: 10.000000000001 instances are 10.
std::int64_t Ceil(double x) {
  return static_cast<std::int64_t>(std::ceil(x - 1e-9 * std::max(1.0, x)));
}

}  // namespace

double PeakRequestsPerSecond(const Demand& demand) {
  return demand.users * demand.daily_active * demand.requests_per_day * demand.peak_to_average /
         kSecondsPerDay;
}

double RequestsPerSecond(const InstanceProfile& instance) {
  return instance.concurrency / (instance.latency_ms / 1000);
}

double InFlight(double per_second, double seconds) {
  return per_second * seconds;
}

double OptimalProcesses(double cores, double wait, double compute) {
  return cores * (1 + wait / compute);
}

double OptimalThreads(double latency_ms, double per_second) {
  return latency_ms * per_second / 1000;
}

Capacity PlanCapacity(const Demand& demand, const InstanceProfile& instance, const Spare& spare) {
  Capacity plan;
  plan.requests_per_day = demand.users * demand.daily_active * demand.requests_per_day;
  plan.average_per_s = plan.requests_per_day / kSecondsPerDay;
  plan.peak_per_s = PeakRequestsPerSecond(demand);
  plan.in_flight_at_peak = InFlight(plan.peak_per_s, instance.latency_ms / 1000);
  plan.instance_per_s = RequestsPerSecond(instance);
  plan.bare_instances = Ceil(plan.peak_per_s / plan.instance_per_s);
  const std::int64_t needed = Ceil(plan.peak_per_s / (plan.instance_per_s * (1 - spare.headroom)));
  const int left = std::max(1, spare.zones - spare.zones_lost);
  plan.instances_per_zone = (needed + left - 1) / left;
  plan.instances = spare.zones_lost > 0 ? plan.instances_per_zone * spare.zones : needed;
  if (spare.zones_lost == 0) plan.instances_per_zone = (needed + spare.zones - 1) / spare.zones;
  return plan;
}

}  // namespace twelve

#pragma once

#include <cstdint>

namespace twelve {

/// How many requests a population of users makes. The defaults are those of the document that this
/// project teaches; each is a guess to be replaced by a measurement.
struct Demand {
  double users = 100e6;          // registered
  double daily_active = 0.30;    // part of them that comes on a day, 0 to 1
  double requests_per_day = 50;  // by each that comes
  double peak_to_average = 3;    // the busiest second against the mean one
};

/// What one instance does.
struct InstanceProfile {
  double latency_ms = 100;  // of a request, from its first byte to its last
  double concurrency = 1;   // requests at the same time
};

/// How much more than the bare need is run.
struct Spare {
  double headroom = 0;  // part of an instance that stays free at the peak, 0 to below 1
  int zones = 1;        // failure zones over which instances are spread evenly
  int zones_lost = 0;   // of them, that may be gone while the peak is still carried
};

/// What the numbers lead to.
struct Capacity {
  double requests_per_day = 0;
  double average_per_s = 0;             // requests per second
  double peak_per_s = 0;                // requests per second
  double in_flight_at_peak = 0;         // requests, by Little's law
  double instance_per_s = 0;            // requests per second that one instance carries
  std::int64_t bare_instances = 0;      // for the peak, nothing spare
  std::int64_t instances = 0;           // with headroom and zones
  std::int64_t instances_per_zone = 0;  // instances / zones, whole
};

/// Seconds of a day: 86,400.
inline constexpr double kSecondsPerDay = 86'400;

/// requests/s at the peak = users × daily active × requests a day × peak ÷ 86,400 s.
/// 100 million users: 1.5 billion a day, 17,361/s on average, 52,083/s at the peak.
double PeakRequestsPerSecond(const Demand& demand);

/// requests/s of one instance = concurrency ÷ latency in seconds: Little's law, turned around.
/// One at a time in 100 ms: 10/s.
double RequestsPerSecond(const InstanceProfile& instance);

/// Instances that carry `per_second` = per_second ÷ (what one carries × (1 − headroom)), rounded
/// up; then so many in each zone that the zones which are left carry it: ceil(n ÷ (zones − lost))
/// × zones. 52,083/s at 10/s each: 5,209.
Capacity PlanCapacity(const Demand& demand, const InstanceProfile& instance, const Spare& spare);

/// Little's law: mean number inside = mean rate of arrivals × mean time inside, whatever the
/// distribution (J. D. C. Little, "A Proof for the Queuing Formula: L = λW", Operations Research
/// 9(3), 1961). `per_second` × `seconds` requests are in flight.
double InFlight(double per_second, double seconds);

/// Processes or threads that keep `cores` busy = cores × (1 + waiting time ÷ computing time). While
/// one waits, others compute. Both times in the same unit (B. Goetz, "Java Concurrency in
/// Practice", 2006, section 8.2, at full utilisation). 4 cores, 90 ms waiting, 10 ms computing: 40.
double OptimalProcesses(double cores, double wait, double compute);

/// Threads that carry `per_second` requests which wait = latency in ms × requests/s ÷ 1000:
/// Little's law with a thread for each request in flight. 100 ms at 1,000/s: 100.
double OptimalThreads(double latency_ms, double per_second);

}  // namespace twelve

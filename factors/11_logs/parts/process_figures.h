#pragma once

#include <vector>

#include "factors/11_logs/parts/request_metrics.h"
#include "harness/base/clock.h"

namespace twelve {

/// What the kernel knows of this process, under the names that Prometheus clients agree on:
/// process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds, process_max_fds,
/// process_threads, process_start_time_seconds. `started` is when the process did.
std::vector<RequestMetrics::Gauge> ProcessFigures(WallTime started);

}  // namespace twelve

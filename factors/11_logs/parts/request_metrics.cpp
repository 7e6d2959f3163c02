#include "factors/11_logs/parts/request_metrics.h"

#include <fmt/format.h>

namespace twelve {

void RequestMetrics::Observe(const RequestRecord& record) {
  const std::string route = record.route.empty() ? "unmatched" : record.route;
  const double seconds = ToSeconds(record.took);
  MutexLock lock(mutex_);
  ++requests_[{record.method, route, record.status}];
  Durations& durations = durations_[route];
  ++durations.count;
  durations.sum_s += seconds;
  for (std::size_t i = 0; i < kBuckets.size(); ++i) {
    if (seconds <= kBuckets[i]) ++durations.at_most[i];
  }
}

std::string RequestMetrics::Text() const {
  std::string text =
      "# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n";
  MutexLock lock(mutex_);
  for (const auto& [key, count] : requests_) {
    const auto& [method, route, status] = key;
    text += fmt::format("http_requests_total{{method=\"{}\",route=\"{}\",status=\"{}\"}} {}\n",
                        method, route, status, count);
  }
  text +=
      "# HELP http_request_duration_seconds From the first byte of a request to the last byte of "
      "its answer.\n# TYPE http_request_duration_seconds histogram\n";
  for (const auto& [route, durations] : durations_) {
    for (std::size_t i = 0; i < kBuckets.size(); ++i) {
      text += fmt::format("http_request_duration_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n",
                          route, kBuckets[i], durations.at_most[i]);
    }
    text += fmt::format(
        "http_request_duration_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\n"
        "http_request_duration_seconds_sum{{route=\"{0}\"}} {2}\n"
        "http_request_duration_seconds_count{{route=\"{0}\"}} {1}\n",
        route, durations.count, durations.sum_s);
  }
  for (const Gauge& gauge : gauges_) {
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", gauge.name, gauge.help,
                        gauge.type, gauge.read());
  }
  return text;
}

std::vector<HttpRoute> RequestMetrics::Routes() const {
  return {{"GET", "/metrics", [this](const HttpRequest&) {
             return HttpResponse{200, Text(), "text/plain; version=0.0.4; charset=utf-8", {}};
           }}};
}

}  // namespace twelve

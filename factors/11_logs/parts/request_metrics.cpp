#include "factors/11_logs/parts/request_metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace twelve {
namespace {

std::string Header(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace

void RequestMetrics::Observe(const RequestRecord& record) {
  const std::string_view pattern =
      record.route.empty() ? std::string_view("unmatched") : std::string_view(record.route);
  const double seconds = ToSeconds(record.took);
  const auto bucket = static_cast<std::size_t>(
      std::lower_bound(kBuckets.begin(), kBuckets.end(), seconds) - kBuckets.begin());
  MutexLock lock(mutex_);
  auto found = routes_.find(pattern);
  if (found == routes_.end()) found = routes_.emplace(pattern, Route{}).first;
  Route& route = found->second;
  ++route.in_bucket[bucket];
  route.sum_s += seconds;
  auto count = std::find_if(route.counts.begin(), route.counts.end(), [&](const Count& known) {
    return known.status == record.status && known.method == record.method;
  });
  if (count == route.counts.end()) {
    count = route.counts.insert(count, {record.method, record.status});
  }
  ++count->requests;
}

std::string RequestMetrics::Text() const {
  std::string text;
  {
    MutexLock lock(mutex_);
    text = CountsText() + DurationsText();
  }
  for (const Gauge& gauge : gauges_) {
    text += Header(gauge.name, gauge.type, gauge.help);
    text += fmt::format("{} {}\n", gauge.name, gauge.read());
  }
  return text + BackingText();
}

std::string RequestMetrics::CountsText() const {
  std::string text = Header("http_requests_total", "counter", "Requests answered.");
  for (const auto& [pattern, route] : routes_) {
    for (const Count& count : route.counts) {
      text += fmt::format("http_requests_total{{method=\"{}\",route=\"{}\",status=\"{}\"}} {}\n",
                          count.method, pattern, count.status, count.requests);
    }
  }
  return text;
}

std::string RequestMetrics::DurationsText() const {
  constexpr const char* kName = "http_request_duration_seconds";
  std::string text = Header(kName, "histogram",
                            "From the first byte of a request to the last byte of its answer.");
  for (const auto& [pattern, route] : routes_) {
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < kBuckets.size(); ++i) {
      so_far += route.in_bucket[i];
      text += fmt::format("{}_bucket{{route=\"{}\",le=\"{}\"}} {}\n", kName, pattern, kBuckets[i],
                          so_far);
    }
    so_far += route.in_bucket.back();
    text += fmt::format(
        "{0}_bucket{{route=\"{1}\",le=\"+Inf\"}} {2}\n"
        "{0}_sum{{route=\"{1}\"}} {3}\n"
        "{0}_count{{route=\"{1}\"}} {2}\n",
        kName, pattern, so_far, route.sum_s);
  }
  return text;
}

/// The format wants all lines of one name together, whichever service they are of.
std::string RequestMetrics::BackingText() const {
  std::map<std::string, std::string> lines;
  for (const auto& [backing, read] : backings_) {
    for (const BackingFigure& figure : read()) {
      const std::string name = "backing_" + figure.name;
      lines[name] += fmt::format("{}{{backing=\"{}\"}} {}\n", name, backing, figure.value);
    }
  }
  std::string text;
  for (const auto& [name, samples] : lines) {
    text += Header(name, name.ends_with("_total") ? "counter" : "gauge",
                   "Of a service that is attached, as its client here sees it.");
    text += samples;
  }
  return text;
}

std::vector<HttpRoute> RequestMetrics::Routes() const {
  constexpr const char* kType = "text/plain; version=0.0.4; charset=utf-8";
  return {
      {"GET",
       "/metrics",
       [this](const HttpRequest&) {
         return HttpResponse{200, Text(), kType, {}};
       },
       {.summary = "What this process has done, for Prometheus", .content_type = "text/plain"}}};
}

}  // namespace twelve

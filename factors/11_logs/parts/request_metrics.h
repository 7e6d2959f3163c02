#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>

#include "factors/contracts/http.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Counts requests and their durations for GET /metrics, in the Prometheus text format 0.0.4.
/// The figures are a stream too: the service offers them and somebody else collects, sums up over
/// all processes and keeps them. Labels are route patterns, never paths, so their number is small.
///
/// Threads: any.
class RequestMetrics {
 public:
  /// Upper bounds in seconds. Below 5 ms because answers here take fractions of one.
  static constexpr std::array<double, 13> kBuckets = {
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0};
  /// A figure that somebody else keeps: read when it is asked for.
  struct Gauge {
    std::string name;
    std::string type;  // "gauge" or "counter"
    std::string help;
    std::function<double()> read;
  };

  void Observe(const RequestRecord& record) TWELVE_EXCLUDES(mutex_);
  /// Before the first scrape.
  void Add(Gauge gauge) { gauges_.push_back(std::move(gauge)); }

  std::string Text() const TWELVE_EXCLUDES(mutex_);
  std::vector<HttpRoute> Routes() const;

 private:
  struct Durations {
    std::array<std::uint64_t, kBuckets.size()> at_most{};
    std::uint64_t count = 0;
    double sum_s = 0;
  };

  std::vector<Gauge> gauges_;
  mutable Mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> requests_
      TWELVE_GUARDED_BY(mutex_);                                          // method, route, status
  std::map<std::string, Durations> durations_ TWELVE_GUARDED_BY(mutex_);  // by route
};

}  // namespace twelve

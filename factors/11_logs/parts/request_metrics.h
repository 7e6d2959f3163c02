#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "factors/contracts/backing_service.h"
#include "factors/contracts/http.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Counts requests and their durations for GET /metrics, in the Prometheus text format 0.0.4.
/// The figures are a stream too: the service offers them and somebody else collects, sums up over
/// all processes and keeps them. Labels are route patterns, never paths, so their number is small.
///
/// Threads: any; what is added is added before the first scrape.
class RequestMetrics {
 public:
  /// Upper bounds in seconds. From 0.1 ms on, because answers here take fractions of one.
  static constexpr std::array<double, 16> kBuckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                      0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                                      1.0,    2.5,     5.0,    10.0};
  /// A figure that somebody else keeps: read when it is asked for.
  struct Gauge {
    std::string name;
    std::string type;  // "gauge" or "counter"
    std::string help;
    std::function<double()> read;
  };

  void Observe(const RequestRecord& record) TWELVE_EXCLUDES(mutex_);
  void Add(Gauge gauge) { gauges_.push_back(std::move(gauge)); }
  /// The figures of one backing service: pool_in_use of a database is then
  /// backing_pool_in_use{backing="database"}. A name that ends in _total is a counter.
  void AddBacking(std::string backing, std::function<std::vector<BackingFigure>()> read) {
    backings_.emplace_back(std::move(backing), std::move(read));
  }

  std::string Text() const TWELVE_EXCLUDES(mutex_);
  std::vector<HttpRoute> Routes() const;

 private:
  struct Count {
    std::string method;
    int status = 0;
    std::uint64_t requests = 0;
  };
  struct Route {
    std::vector<Count> counts;  // a handful: found faster than by a tree
    std::array<std::uint64_t, kBuckets.size() + 1> in_bucket{};  // the last one is above all bounds
    double sum_s = 0;
  };

  std::string CountsText() const TWELVE_REQUIRES(mutex_);
  std::string DurationsText() const TWELVE_REQUIRES(mutex_);
  std::string BackingText() const;

  std::vector<Gauge> gauges_;
  std::vector<std::pair<std::string, std::function<std::vector<BackingFigure>()>>> backings_;
  mutable Mutex mutex_;
  std::map<std::string, Route, std::less<>> routes_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

#include "factors/11_logs/parts/request_metrics.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/11_logs/parts/process_figures.h"
#include "harness/base/unique_fd.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RequestRecord Record(const char* route, int status, Duration took) {
  RequestRecord record;
  record.method = "GET";
  record.path = "/secret-path";
  record.route = route;
  record.status = status;
  record.took = took;
  return record;
}

TEST(RequestMetrics, CountsByRouteAndStatus) {
  RequestMetrics metrics;
  metrics.Observe(Record("/a", 200, std::chrono::milliseconds(3)));
  metrics.Observe(Record("/a", 200, std::chrono::milliseconds(30)));
  metrics.Observe(Record("/a", 500, std::chrono::seconds(9)));
  metrics.Observe(Record("", 404, std::chrono::milliseconds(1)));
  const std::string text = metrics.Text();
  EXPECT_THAT(text,
              HasSubstr("http_requests_total{method=\"GET\",route=\"/a\",status=\"200\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("http_requests_total{method=\"GET\",route=\"/a\",status=\"500\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("route=\"unmatched\",status=\"404\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("secret-path")));
}

TEST(RequestMetrics, BucketsAreCumulativeAndAddUp) {
  RequestMetrics metrics;
  metrics.Observe(Record("/a", 200, std::chrono::milliseconds(3)));
  metrics.Observe(Record("/a", 200, std::chrono::milliseconds(30)));
  metrics.Observe(Record("/a", 200, std::chrono::seconds(9)));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"/a\",le=\"0.0025\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"/a\",le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"/a\",le=\"5\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"/a\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("_sum{route=\"/a\"} 9.033\n"));
  EXPECT_THAT(text, HasSubstr("_count{route=\"/a\"} 3\n"));
}

TEST(RequestMetrics, HasBucketsBelowAMillisecond) {
  RequestMetrics metrics;
  metrics.Observe(Record("/a", 200, std::chrono::microseconds(80)));
  metrics.Observe(Record("/a", 200, std::chrono::microseconds(300)));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"/a\",le=\"0.0001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"/a\",le=\"0.00025\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{route=\"/a\",le=\"0.0005\"} 2\n"));
}

TEST(RequestMetrics, PutsTheFiguresOfBackingServicesTogetherByName) {
  RequestMetrics metrics;
  metrics.AddBacking("database", [] {
    return std::vector<BackingFigure>{{"pool_in_use", 3}, {"pool_waits_total", 1}};
  });
  metrics.AddBacking("cache", [] { return std::vector<BackingFigure>{{"pool_in_use", 2}}; });
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE backing_pool_in_use gauge\n"
                              "backing_pool_in_use{backing=\"database\"} 3\n"
                              "backing_pool_in_use{backing=\"cache\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE backing_pool_waits_total counter\n"));
}

TEST(ProcessFigures, AreOfThisProcess) {
  SystemClock clock;
  std::map<std::string, double> figures;
  const UniqueFd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  for (const auto& gauge : ProcessFigures(clock.WallNow())) figures[gauge.name] = gauge.read();
  EXPECT_GT(figures["process_cpu_seconds_total"], 0);
  EXPECT_GT(figures["process_resident_memory_bytes"], 1e6);
  EXPECT_GE(figures["process_open_fds"], 4);
  EXPECT_LT(figures["process_open_fds"], figures["process_max_fds"]);
  EXPECT_GE(figures["process_threads"], 1);
  EXPECT_GT(figures["process_start_time_seconds"], 1.7e9);
}

TEST(RequestMetrics, ReadsGaugesWhenAsked) {
  RequestMetrics metrics;
  double value = 1;
  metrics.Add({"open", "gauge", "Open ones.", [&value] { return value; }});
  value = 7;
  EXPECT_THAT(metrics.Routes()[0].handler({}).body,
              HasSubstr("# HELP open Open ones.\n# TYPE open gauge\nopen 7\n"));
}

}  // namespace
}  // namespace twelve

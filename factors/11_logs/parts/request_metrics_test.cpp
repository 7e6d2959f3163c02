#include "factors/11_logs/parts/request_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

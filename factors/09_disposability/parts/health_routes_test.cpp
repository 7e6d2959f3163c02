#include "factors/09_disposability/parts/health_routes.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

int StatusOf(const std::vector<HttpRoute>& routes, const std::string& pattern) {
  for (const HttpRoute& route : routes) {
    if (route.pattern == pattern) return route.handler({}).status;
  }
  return 0;
}

TEST(HealthRoutes, DrainingIsNotReadyAndStillHealthy) {
  DrainState drain;
  const std::vector<HttpRoute> routes = HealthRoutes(drain, [] { return Status(); });
  EXPECT_EQ(StatusOf(routes, "/ready"), 200);
  EXPECT_EQ(StatusOf(routes, "/health"), 200);
  drain.Begin();
  EXPECT_EQ(StatusOf(routes, "/ready"), 503);
  EXPECT_EQ(StatusOf(routes, "/health"), 200);
}

TEST(HealthRoutes, WithoutItsResourcesIsNotReadyAndStillHealthy) {
  DrainState drain;
  const std::vector<HttpRoute> routes =
      HealthRoutes(drain, [] { return Status(InvalidError("gone")); });
  EXPECT_EQ(StatusOf(routes, "/ready"), 503);
  EXPECT_EQ(StatusOf(routes, "/health"), 200);
}

TEST(HealthRoutes, SayWhatIsMissing) {
  DrainState drain;
  const std::vector<HttpRoute> routes =
      HealthRoutes(drain, [] { return Status(InvalidError("4 \"migrations\" are missing")); });
  EXPECT_EQ(routes[1].handler({}).body,
            R"({"status":"not ready","why":"4 \"migrations\" are missing"})");
}

}  // namespace
}  // namespace twelve

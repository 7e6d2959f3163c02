#include "factors/03_config/parts/api_key_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "factors/03_config/parts/service_config.h"

namespace twelve {
namespace {

Settings With(const Environment& environment) {
  SchemaNeeds needs;
  needs.default_database_url = "sqlite::memory:";
  return std::move(Settings::Read(ServiceSchema(needs), environment)).value();
}

std::vector<HttpRoute> Routes() {
  const auto answer = [](const HttpRequest&) { return HttpResponse{200, "yes"}; };
  return {{"GET", "/api/v1/items", answer}, {"GET", "/health", answer}};
}

int StatusOf(const HttpRoute& route, const std::string& authorization) {
  HttpRequest request;
  if (!authorization.empty()) request.headers.Add("authorization", authorization);
  return route.handler(request).status;
}

TEST(ApiKeyGuard, LetsInThoseWhoBringTheKey) {
  const auto routes = ConfiguredApiKeyGuard().Guard(Routes(), With({{"API_KEY", "k1"}}));
  EXPECT_EQ(StatusOf(routes[0], "Bearer k1"), 200);
  for (const char* wrong : {"", "Bearer ", "Bearer k2", "Bearer k11", "Bearer k", "k1", "bearer"}) {
    EXPECT_EQ(StatusOf(routes[0], wrong), 401) << wrong;
  }
  EXPECT_EQ(StatusOf(routes[1], ""), 200);
  const HttpResponse refused = routes[0].handler({});
  EXPECT_THAT(refused.headers, ::testing::Contains(std::pair<std::string, std::string>(
                                   "WWW-Authenticate", "Bearer")));
}

TEST(ApiKeyGuard, LetsEverybodyInWithoutAKey) {
  const auto routes = ConfiguredApiKeyGuard().Guard(Routes(), With({}));
  EXPECT_EQ(StatusOf(routes[0], ""), 200);
}

TEST(LazyApiKeyGuard, FailsTheFirstRequestThatNeedsTheKey) {
  ASSERT_EQ(::unsetenv("API_KEY"), 0);
  const auto routes = LazyApiKeyGuard().Guard(Routes(), With({}));
  EXPECT_EQ(StatusOf(routes[0], "Bearer k1"), 500);
  EXPECT_EQ(StatusOf(routes[1], ""), 200);
  ASSERT_EQ(::setenv("API_KEY", "k1", 1), 0);
  EXPECT_EQ(StatusOf(routes[0], "Bearer k1"), 200);
  EXPECT_EQ(StatusOf(routes[0], "Bearer k2"), 401);
  ASSERT_EQ(::unsetenv("API_KEY"), 0);
}

}  // namespace
}  // namespace twelve

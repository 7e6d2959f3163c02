#include "factors/04_backing_services/parts/careless_openers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/04_backing_services/parts/careless_health.h"

namespace twelve {
namespace {

using std::chrono::hours;
using ::testing::EndsWith;

class CarelessOpeners : public ::testing::Test {
 protected:
  std::string DatabasePlace(const DatabaseOpener& open, const std::string& url) {
    const auto database = open(url, {}, clock_);
    EXPECT_TRUE(database.ok()) << url;
    return database ? (*database)->place() : "";
  }
  std::string CachePlace(const CacheOpener& open, const std::string& url) {
    const auto cache = open(url, {}, clock_);
    EXPECT_TRUE(cache.ok()) << url;
    return cache ? (*cache)->place() : "";
  }
  SystemClock clock_;
};

TEST_F(CarelessOpeners, AHardcodedOneOpensItsOwnFile) {
  EXPECT_THAT(DatabasePlace(OpenHardcoded(OpenDatabase), "postgres://u:p@127.0.0.1:6000/shop"),
              EndsWith("/hardcoded.sqlite"));
}

TEST_F(CarelessOpeners, OneThatIgnoresPortsTakesTheDefault) {
  const DatabaseOpener open = IgnorePort(OpenDatabase);
  for (const char* url : {"postgres://u:p%40@127.0.0.1:6000/shop", "postgres://127.0.0.1:6000/shop",
                          "postgres://u:p@127.0.0.1/shop"}) {
    EXPECT_EQ(DatabasePlace(open, url), "postgres://127.0.0.1:5432/shop") << url;
  }
  EXPECT_EQ(DatabasePlace(open, "postgres://u:p@[::1]:6000/shop"), "postgres://[::1]:5432/shop");
  EXPECT_EQ(DatabasePlace(open, "sqlite:///a:1/b"), "sqlite:///a:1/b");
  EXPECT_THAT(CachePlace(IgnoreCachePort(OpenCache), "redis://:pw@127.0.0.1:6000/1"),
              ::testing::HasSubstr("127.0.0.1:6379"));
}

TEST_F(CarelessOpeners, OneHandleServesForTwo) {
  const auto [database, cache] = ShareHandle(OpenDatabase, OpenCache);
  EXPECT_EQ(DatabasePlace(database, "sqlite:///tmp/a.db"), "sqlite:///tmp/a.db");
  EXPECT_EQ(CachePlace(cache, "redis://127.0.0.1:6000/1"), "sqlite:///tmp/a.db");
}

TEST_F(CarelessOpeners, OneWithoutTimeoutsRaisesThemAll) {
  AttachOptions seen;
  const DatabaseOpener open = WaitForever(
      [&seen](const std::string& url, const AttachOptions& options, const Clock& clock) {
        seen = options;
        return OpenDatabase(url, options, clock);
      });
  ASSERT_TRUE(open("sqlite::memory:", {}, clock_).ok());
  EXPECT_GE(seen.connect_timeout, hours(1));
  EXPECT_GE(seen.statement_timeout, hours(1));
  EXPECT_GE(seen.pool_wait, hours(1));
}

TEST_F(CarelessOpeners, KeepingTheFirstConnectionConcernsPostgresAlone) {
  const DatabaseOpener open = KeepFirstConnection(OpenDatabase);
  EXPECT_EQ(DatabasePlace(open, "sqlite::memory:"), "sqlite::memory:");
  EXPECT_EQ(DatabasePlace(open, "postgres://u:p@127.0.0.1:1/shop"), "postgres://127.0.0.1:1/shop");
  EXPECT_FALSE(open("postgres://u:p@127.0.0.1:x/shop", {}, clock_).ok());
}

TEST(AskDatabaseForHealth, MakesLivenessFailWithTheDatabase) {
  int status = 200;
  const auto answer = [](int* code) {
    return [code](const HttpRequest&) { return HttpResponse{*code, "{}"}; };
  };
  int fine = 200;
  const std::vector<HttpRoute> routes = AskDatabaseForHealth(
      {{"GET", "/health", answer(&fine)}, {"GET", "/api/v1/items", answer(&status)}});
  EXPECT_EQ(routes[0].handler({}).status, 200);
  status = 503;
  EXPECT_EQ(routes[0].handler({}).status, 503);
}

}  // namespace
}  // namespace twelve

#include "factors/04_backing_services/parts/open_backing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(OpenBacking, TheUrlChoosesTheImplementation) {
  const SystemClock clock;
  const struct {
    const char* url;
    const char* place;
    SqlDialect dialect;
  } databases[] = {
      {"sqlite:///a%20b/%3F.db", "sqlite:///a b/%3F.db", SqlDialect::kSqlite},
      {"sqlite::memory:", "sqlite::memory:", SqlDialect::kSqlite},
      {"postgres://u:p%40ss@127.0.0.1:6000/shop?application_name=web.1",
       "postgres://127.0.0.1:6000/shop", SqlDialect::kPostgres},
      {"postgresql://db/shop", "postgresql://db:5432/shop", SqlDialect::kPostgres},
  };
  for (const auto& c : databases) {
    const auto database = OpenDatabase(c.url, {}, clock);
    ASSERT_TRUE(database.ok()) << c.url << ": " << database.error().message;
    EXPECT_EQ((*database)->place(), c.place);
    EXPECT_EQ((*database)->dialect(), c.dialect);
    EXPECT_EQ((*database)->Query("SELECT 1", {}).error().code, ErrorCode::kClosed);
    const auto cache = OpenCache(c.url, {}, clock);
    ASSERT_TRUE(cache.ok()) << c.url;
    EXPECT_EQ((*cache)->place(), c.place);
  }
  const auto redis = OpenCache("redis://:p%40ss@127.0.0.1:6000/1", {}, clock);
  ASSERT_TRUE(redis.ok());
  EXPECT_THAT((*redis)->place(), AllOf(HasSubstr("127.0.0.1:6000"), Not(HasSubstr("ss"))));
}

TEST(OpenBacking, NamesTheKnownSchemesAndNoSecret) {
  const SystemClock clock;
  const auto database = OpenDatabase("mysql://ann:hunter2@db/shop", {}, clock);
  ASSERT_FALSE(database.ok());
  EXPECT_THAT(database.error().message,
              AllOf(HasSubstr("\"mysql\""), HasSubstr("known are sqlite, postgres, postgresql"),
                    Not(HasSubstr("hunter2"))));
  const Status cache = CheckCacheUrl("memcached://ann:hunter2@db");
  ASSERT_FALSE(cache.ok());
  EXPECT_THAT(cache.error().message, AllOf(HasSubstr("redis"), Not(HasSubstr("hunter2"))));
}

TEST(OpenBacking, RefusesWhatItWouldGuessAt) {
  for (const char* url :
       {"", "shop.db", "/var/shop.db", "sqlite:shop.db", "sqlite://shop.db", "sqlite:///",
        "sqlite:///a?mode=ro", "sqlite:///a%2", "sqlite:///a%00b", "SQLITE:///a", "redis://h/0",
        "postgres://", "postgres:///shop", "postgres://u:hunter2@h:port/shop",
        "postgres://u:hunter2@h/shop?nonsense=1", "postgres://u:hunter%zz@h/shop"}) {
    const Status status = CheckDatabaseUrl(url);
    ASSERT_FALSE(status.ok()) << url;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalid) << url;
    EXPECT_THAT(status.error().message, Not(HasSubstr("hunter"))) << url;
  }
}

TEST(OpenBacking, ADeadServerIsClosedAndNoSecretIsTold) {
  const SystemClock clock;
  // Port 1 of this machine: nobody listens there.
  const auto database = OpenDatabase("postgres://ann:hunter2@127.0.0.1:1/shop", {}, clock);
  ASSERT_TRUE(database.ok());
  const Status connected = (*database)->Connect(std::chrono::seconds(10));
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, ErrorCode::kClosed);
  EXPECT_THAT(connected.error().message,
              AllOf(HasSubstr("127.0.0.1:1"), Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace twelve

#include "factors/04_backing_services/parts/database_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseDatabaseUrl, ReadsBothForms) {
  const struct {
    const char* url;
    const char* path;
  } cases[] = {
      {"sqlite:///var/lib/shop.db", "/var/lib/shop.db"},
      {"sqlite:///a%20b/%3F.db", "/a b/?.db"},
      {"sqlite::memory:", ":memory:"},
  };
  for (const auto& c : cases) {
    const Result<DatabaseLocation> location = ParseDatabaseUrl(c.url);
    ASSERT_TRUE(location.ok()) << c.url << ": " << location.error().message;
    EXPECT_EQ(location->sqlite_path, c.path) << c.url;
  }
}

TEST(ParseDatabaseUrl, RefusesWhatItWouldGuessAt) {
  for (const char* url : {"", "shop.db", "/var/shop.db", "sqlite:shop.db", "sqlite://shop.db",
                          "sqlite:///", "sqlite:///a?mode=ro", "sqlite:///a%2", "sqlite:///a%zz",
                          "sqlite:///a%00b", "SQLITE:///a"}) {
    EXPECT_FALSE(ParseDatabaseUrl(url).ok()) << url;
  }
}

TEST(ParseDatabaseUrl, NamesTheKnownSchemesAndNoSecret) {
  const Result<DatabaseLocation> location = ParseDatabaseUrl("mysql://ann:hunter2@db/shop");
  ASSERT_FALSE(location.ok());
  EXPECT_THAT(location.error().message, HasSubstr("\"mysql\""));
  EXPECT_THAT(location.error().message, HasSubstr("known is sqlite"));
  EXPECT_THAT(location.error().message, Not(HasSubstr("hunter2")));
}

TEST(SqliteUrl, IsReadBackAsTheSamePath) {
  for (const char* path : {"/tmp/a.db", "/t m/a%20#?.db"}) {
    const Result<DatabaseLocation> location = ParseDatabaseUrl(SqliteUrl(path));
    ASSERT_TRUE(location.ok()) << SqliteUrl(path) << ": " << location.error().message;
    EXPECT_EQ(location->sqlite_path, path);
  }
}

}  // namespace
}  // namespace twelve

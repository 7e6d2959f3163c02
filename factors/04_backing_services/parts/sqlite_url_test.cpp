#include "factors/04_backing_services/parts/sqlite_url.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(ParseSqliteUrl, ReadsBothForms) {
  const struct {
    const char* url;
    const char* path;
  } cases[] = {
      {"sqlite:///var/lib/shop.db", "/var/lib/shop.db"},
      {"sqlite:///a%20b/%3F.db", "/a b/?.db"},
      {"sqlite::memory:", ":memory:"},
  };
  for (const auto& c : cases) {
    const Result<std::string> path = ParseSqliteUrl(c.url);
    ASSERT_TRUE(path.ok()) << c.url << ": " << path.error().message;
    EXPECT_EQ(*path, c.path) << c.url;
  }
}

TEST(ParseSqliteUrl, RefusesWhatItWouldGuessAt) {
  for (const char* url :
       {"sqlite:", "sqlite:shop.db", "sqlite://shop.db", "sqlite:///", "sqlite:///a?mode=ro",
        "sqlite:///a%2", "sqlite:///a%zz", "sqlite:///a%00b"}) {
    EXPECT_FALSE(ParseSqliteUrl(url).ok()) << url;
  }
}

TEST(SqliteUrl, IsReadBackAsTheSamePath) {
  for (const char* path : {"/tmp/a.db", "/t m/a%20#?.db"}) {
    const Result<std::string> read = ParseSqliteUrl(SqliteUrl(path));
    ASSERT_TRUE(read.ok()) << SqliteUrl(path) << ": " << read.error().message;
    EXPECT_EQ(*read, path);
  }
}

}  // namespace
}  // namespace twelve

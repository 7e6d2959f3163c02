#include "factors/04_backing_services/parts/sql_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/04_backing_services/parts/made_schema.h"
#include "factors/04_backing_services/parts/sqlite_database.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Optional;

class SqlCacheTest : public ::testing::Test {
 protected:
  SqlCacheTest() {
    BackingOptions options;
    options.prepare_embedded = MakeSchema;
    auto database =
        std::make_unique<SqliteDatabase>(SqliteConnection::kMemory, options, real_clock_);
    database_ = database.get();
    cache_ = std::make_unique<SqlCache>(std::move(database), clock_);
    EXPECT_TRUE(cache_->Connect(seconds(1)).ok());
  }
  std::optional<std::string> Get(const std::string& key) {
    const auto found = cache_->Get(key);
    EXPECT_TRUE(found.ok());
    return found.value();
  }

  SystemClock real_clock_;
  FakeClock clock_;
  Database* database_ = nullptr;
  std::unique_ptr<SqlCache> cache_;
};

TEST_F(SqlCacheTest, FindsWhatWasSetUntilItsTimeIsOver) {
  ASSERT_TRUE(cache_->Set("a", "1", minutes(10)).ok());
  ASSERT_TRUE(cache_->Set("a", "2", minutes(10)).ok());
  EXPECT_THAT(Get("a"), Optional(std::string("2")));
  clock_.Advance(minutes(10));
  EXPECT_EQ(Get("a"), std::nullopt);
  EXPECT_FALSE(cache_->Replace("a", "3", minutes(1)).value());
  EXPECT_FALSE(cache_->Remove("a").value());
  EXPECT_EQ(cache_->Count("").value(), 0);
}

TEST_F(SqlCacheTest, ReplacesOnlyWhatIsThereAndRenewsItsTime) {
  EXPECT_FALSE(cache_->Replace("a", "1", minutes(10)).value());
  EXPECT_EQ(Get("a"), std::nullopt);
  ASSERT_TRUE(cache_->Set("a", "1", minutes(10)).ok());
  clock_.Advance(minutes(9));
  EXPECT_TRUE(cache_->Replace("a", "2", minutes(10)).value());
  clock_.Advance(minutes(9));
  EXPECT_THAT(Get("a"), Optional(std::string("2")));
  EXPECT_TRUE(cache_->Remove("a").value());
  EXPECT_EQ(Get("a"), std::nullopt);
}

TEST_F(SqlCacheTest, CountsByPrefixEvenWhenItLooksLikeAPattern) {
  for (const char* key : {"session:1", "session:2", "sessionX1", "s_ssion:3", "s%:4", "other"}) {
    ASSERT_TRUE(cache_->Set(key, "x", minutes(1)).ok());
  }
  EXPECT_EQ(cache_->Count("session:").value(), 2);
  EXPECT_EQ(cache_->Count("s_").value(), 1);
  EXPECT_EQ(cache_->Count("s%").value(), 1);
  EXPECT_EQ(cache_->Count("").value(), 6);
}

TEST_F(SqlCacheTest, DeletesWhatHasEnded) {
  ASSERT_TRUE(cache_->Set("a", "1", seconds(1)).ok());
  clock_.Advance(minutes(1));
  ASSERT_TRUE(cache_->Set("b", "1", minutes(1)).ok());
  const Result<SqlRows> rows = database_->Query("SELECT key FROM cache_entries", {});
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->rows.size(), 1u);
}

}  // namespace
}  // namespace twelve

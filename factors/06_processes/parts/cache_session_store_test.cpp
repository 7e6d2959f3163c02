#include "factors/06_processes/parts/cache_session_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "factors/06_processes/parts/memory_session_store.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

/// Entries that end by the clock of the test.
class FakeCache final : public Cache {
 public:
  explicit FakeCache(const Clock& clock) : clock_(clock) {}
  std::string place() const override { return "fake:"; }
  Status Connect(Duration) override { return {}; }
  void Disconnect() override {}
  Status Check(Duration) override { return Now(); }
  Status Set(const std::string& key, const std::string& value, Duration time_to_live) override {
    if (Status status = Now(); !status) return status;
    entries[key] = {value, clock_.Now() + time_to_live};
    return {};
  }
  Result<bool> Replace(const std::string& key, const std::string& value,
                       Duration time_to_live) override {
    if (before_replace) before_replace();
    const auto found = Get(key);
    if (!found || !found.value()) return false;
    entries[key] = {value, clock_.Now() + time_to_live};
    return true;
  }
  Result<std::optional<std::string>> Get(const std::string& key) override {
    if (Status status = Now(); !status) return status.error();
    const auto found = entries.find(key);
    const bool live = found != entries.end() && found->second.second > clock_.Now();
    return live ? std::optional(found->second.first) : std::nullopt;
  }
  Result<bool> Remove(const std::string& key) override { return entries.erase(key) > 0; }
  Result<std::int64_t> Count(const std::string& prefix) override {
    std::int64_t count = 0;
    for (const auto& [key, entry] : entries) {
      count += key.starts_with(prefix) && entry.second > clock_.Now() ? 1 : 0;
    }
    return count;
  }

  Status Now() const {
    return failing ? Status(Error{ErrorCode::kClosed, "gone", {}, 0}) : Status();
  }

  std::map<std::string, std::pair<std::string, TimePoint>> entries;
  std::function<void()> before_replace;
  bool failing = false;

 private:
  const Clock& clock_;
};

class CacheSessionStoreTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  FakeCache cache_{clock_};
  CacheSessionStore one_{cache_, std::chrono::hours(1), clock_};
  CacheSessionStore other_{cache_, std::chrono::hours(1), clock_};
};

TEST_F(CacheSessionStoreTest, WhatOneProcessMakesAnotherFinds) {
  const Result<Session> made = one_.Create("ann", R"({"step":1})");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->id.size(), 32u);
  const auto found = other_.Find(made->id);
  ASSERT_TRUE(found.ok() && found.value().has_value());
  EXPECT_EQ((*found)->user_id, "ann");
  EXPECT_EQ((*found)->data, R"({"step":1})");
  EXPECT_EQ((*found)->created_at, clock_.WallNow());
  EXPECT_EQ((*found)->expires_at, clock_.WallNow() + std::chrono::hours(1));
  EXPECT_EQ(other_.Count().value(), 1);
}

TEST_F(CacheSessionStoreTest, ReplaceRenewsTheTimeToLiveAndKeepsWhoseItIs) {
  const std::string id = one_.Create("ann", "{}")->id;
  const WallTime created = clock_.WallNow();
  clock_.Advance(std::chrono::minutes(50));
  ASSERT_TRUE(one_.Replace(id, R"({"step":2})")->has_value());
  clock_.Advance(std::chrono::minutes(50));
  const auto found = other_.Find(id);
  ASSERT_TRUE(found.ok() && found.value().has_value());
  EXPECT_EQ((*found)->data, R"({"step":2})");
  EXPECT_EQ((*found)->user_id, "ann");
  EXPECT_EQ((*found)->created_at, created);
}

TEST_F(CacheSessionStoreTest, SessionsAreGoneAfterTheirTime) {
  const std::string id = one_.Create("ann", "{}")->id;
  clock_.Advance(std::chrono::hours(1));
  EXPECT_FALSE(one_.Find(id)->has_value());
  EXPECT_FALSE(one_.Replace(id, "{}")->has_value());
  EXPECT_EQ(one_.Count().value(), 0);
}

TEST_F(CacheSessionStoreTest, ARemovedSessionDoesNotComeBack) {
  const std::string id = one_.Create("ann", "{}")->id;
  cache_.before_replace = [&] { EXPECT_TRUE(other_.Remove(id).value()); };
  EXPECT_FALSE(one_.Replace(id, R"({"step":2})")->has_value());
  EXPECT_FALSE(one_.Find(id)->has_value());
  EXPECT_FALSE(one_.Remove(id).value());
}

TEST_F(CacheSessionStoreTest, KeepsBytesThatAreAwkward) {
  const std::string name("x'); DROP TABLE sessions; --\0\"tail", 34);
  const std::string id = one_.Create(name, "{}")->id;
  EXPECT_EQ((*one_.Find(id))->user_id, name);
}

TEST_F(CacheSessionStoreTest, AForeignEntryIsNoSession) {
  for (const char* text : {"", "[]", "{}", R"({"user_id":1,"data":"","created_ms":1})"}) {
    ASSERT_TRUE(cache_.Set("session:x", text, std::chrono::hours(1)).ok());
    const auto found = one_.Find("x");
    ASSERT_TRUE(found.ok());
    EXPECT_FALSE(found.value().has_value()) << text;
  }
}

TEST_F(CacheSessionStoreTest, ACacheThatIsGoneIsAnErrorAndNotALogout) {
  const std::string id = one_.Create("ann", "{}")->id;
  cache_.failing = true;
  EXPECT_EQ(one_.Find(id).error().code, ErrorCode::kClosed);
  EXPECT_EQ(one_.Replace(id, "{}").error().code, ErrorCode::kClosed);
  EXPECT_EQ(one_.Create("bob", "{}").error().code, ErrorCode::kClosed);
  EXPECT_FALSE(one_.Check().ok());
  cache_.failing = false;
  EXPECT_TRUE(one_.Find(id)->has_value());
}

TEST(MemorySessionStore, WorksAloneAndSharesNothing) {
  FakeClock clock;
  MemorySessionStore one(std::chrono::hours(1), clock);
  MemorySessionStore other(std::chrono::hours(1), clock);
  const std::string id = one.Create("ann", "{}")->id;
  EXPECT_EQ((*one.Replace(id, R"({"step":2})"))->data, R"({"step":2})");
  EXPECT_FALSE(other.Find(id)->has_value());
  EXPECT_EQ(one.Count().value(), 1);
  clock.Advance(std::chrono::hours(1));
  EXPECT_FALSE(one.Find(id)->has_value());
  EXPECT_EQ(one.Count().value(), 0);
  EXPECT_FALSE(one.Remove(id).value());
}

}  // namespace
}  // namespace twelve

#include "factors/06_processes/parts/sqlite_session_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "harness/base/unique_fd.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;

class SqliteSessions : public ::testing::Test {
 protected:
  SqliteSessions() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sessions.XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~SqliteSessions() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<SqliteSessionStore> Open() {
    auto store =
        SqliteSessionStore::Open(directory_ + "/sessions.db", std::chrono::hours(1), clock_);
    EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
    return std::move(store).value();
  }

  std::string directory_;
  FakeClock clock_;
};

TEST_F(SqliteSessions, AreFoundAgainByAnotherConnection) {
  const auto one = Open();
  const auto other = Open();
  const Result<Session> made = one->Create("ann", R"({"step":1})");
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->id.size(), 32u);
  const auto found = other->Find(made->id);
  ASSERT_TRUE(found.ok() && found.value().has_value());
  EXPECT_EQ((*found)->user_id, "ann");
  EXPECT_EQ((*found)->data, R"({"step":1})");
  EXPECT_EQ((*found)->expires_at, clock_.WallNow() + std::chrono::hours(1));
  EXPECT_EQ(other->Count().value(), 1);
}

TEST_F(SqliteSessions, SurviveSigkillOfTheProcessThatMadeThem) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = Open();
    const Result<Session> made = store->Create("ann", "{}");
    if (!made.ok() || ::write(ends[1], made->id.data(), made->id.size()) != 32) ::_exit(1);
    ::raise(SIGKILL);
  }
  ::close(ends[1]);
  const UniqueFd read_end(ends[0]);
  std::string id(32, '?');
  ASSERT_EQ(::read(read_end.get(), id.data(), id.size()), 32);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto found = Open()->Find(id);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_TRUE(found.value().has_value());
}

TEST_F(SqliteSessions, AreNotLostWhenManyThreadsAndConnectionsWrite) {
  const auto one = Open();
  const auto other = Open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    SqliteSessionStore* store = i % 2 == 0 ? one.get() : other.get();
    threads.emplace_back([store] {
      for (int n = 0; n < 25; ++n) {
        const Result<Session> made = store->Create("ann", "{}");
        EXPECT_TRUE(made.ok()) << made.error().message;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(one->Count().value(), 100);
}

TEST_F(SqliteSessions, ReplaceRenewsTheTimeToLive) {
  const auto store = Open();
  const std::string id = store->Create("ann", "{}")->id;
  clock_.Advance(std::chrono::minutes(50));
  const auto replaced = store->Replace(id, R"({"step":2})");
  ASSERT_TRUE(replaced.ok() && replaced.value().has_value());
  clock_.Advance(std::chrono::minutes(50));
  const auto found = store->Find(id);
  ASSERT_TRUE(found.ok() && found.value().has_value());
  EXPECT_EQ((*found)->data, R"({"step":2})");
}

TEST_F(SqliteSessions, AreGoneAfterTheirTime) {
  const auto store = Open();
  const std::string id = store->Create("ann", "{}")->id;
  clock_.Advance(std::chrono::hours(1));
  EXPECT_FALSE(store->Find(id)->has_value());
  EXPECT_FALSE(store->Replace(id, "{}")->has_value());
  EXPECT_FALSE(store->Remove(id).value());
  EXPECT_EQ(store->Count().value(), 0);
}

TEST_F(SqliteSessions, RemoveForgetsOnlyThatOne) {
  const auto store = Open();
  const std::string first = store->Create("ann", "{}")->id;
  const std::string second = store->Create("bob", "{}")->id;
  EXPECT_TRUE(store->Remove(first).value());
  EXPECT_FALSE(store->Remove(first).value());
  EXPECT_FALSE(store->Find(first)->has_value());
  EXPECT_TRUE(store->Find(second)->has_value());
}

TEST_F(SqliteSessions, KeepBytesThatLookLikeSql) {
  const auto store = Open();
  const std::string name = std::string("x'); DROP TABLE sessions; --\0tail", 33);
  const std::string id = store->Create(name, "{}")->id;
  EXPECT_EQ((*store->Find(id))->user_id, name);
}

TEST_F(SqliteSessions, SayWhichFileCannotBeOpened) {
  const auto store = SqliteSessionStore::Open("/nowhere/at/all.db", std::chrono::hours(1), clock_);
  ASSERT_FALSE(store.ok());
  EXPECT_THAT(store.error().message, HasSubstr("/nowhere/at/all.db"));
}

TEST_F(SqliteSessions, InMemoryNeedNoFile) {
  const auto store = SqliteSessionStore::Open(":memory:", std::chrono::hours(1), clock_);
  ASSERT_TRUE(store.ok());
  const std::string id = store.value()->Create("ann", "{}")->id;
  EXPECT_TRUE(store.value()->Find(id)->has_value());
  EXPECT_TRUE(store.value()->Check().ok());
}

}  // namespace
}  // namespace twelve

#include "factors/04_backing_services/parts/sqlite_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "harness/base/unique_fd.h"

namespace twelve {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

class SqliteDatabaseTest : public ::testing::Test {
 protected:
  SqliteDatabaseTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sqlite.XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~SqliteDatabaseTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<SqliteDatabase> Open(BackingOptions options = {}) {
    auto database =
        std::make_unique<SqliteDatabase>(directory_ + "/a.db", std::move(options), clock_);
    const Status connected = database->Connect(seconds(10));
    EXPECT_TRUE(connected.ok()) << (connected ? "" : connected.error().message);
    return database;
  }
  static SqlRows Run(Database& database, const std::string& sql,
                     const std::vector<SqlValue>& values = {}) {
    Result<SqlRows> rows = database.Query(sql, values);
    EXPECT_TRUE(rows.ok()) << sql << ": " << (rows ? "" : rows.error().message);
    return rows ? std::move(rows).value() : SqlRows();
  }

  SystemClock clock_;
  std::string directory_;
};

TEST_F(SqliteDatabaseTest, TakesNumberedPlacesInAnyOrder) {
  const auto database = Open();
  Run(*database, "CREATE TABLE t (a TEXT, b BIGINT, c TEXT, d REAL)");
  const SqlRows inserted = Run(*database, "INSERT INTO t VALUES ($2, $1, $3, $4)",
                               {std::int64_t{7}, std::string("x\0y", 3), nullptr, 0.5});
  EXPECT_EQ(inserted.affected, 1);
  const SqlRows found =
      Run(*database, "SELECT a, b, c, d FROM t WHERE b = $1 OR b = $1", {std::int64_t{7}});
  ASSERT_EQ(found.rows.size(), 1u);
  EXPECT_THAT(found.rows[0],
              ElementsAre(Optional(std::string("x\0y", 3)), Optional(std::string("7")),
                          std::nullopt, Optional(std::string("0.5"))));
  EXPECT_EQ(found.affected, 0);
  EXPECT_EQ(Run(*database, "CREATE TABLE u (a TEXT)").affected, 0);
}

TEST_F(SqliteDatabaseTest, RefusesWhatIsNoGoodStatement) {
  const auto database = Open();
  Run(*database, "CREATE TABLE t (a TEXT PRIMARY KEY)");
  Run(*database, "INSERT INTO t VALUES ('x')");
  const struct {
    const char* sql;
    std::vector<SqlValue> values;
    const char* message;
  } cases[] = {
      {"SELEC 1", {}, "SELEC"},
      {"INSERT INTO t VALUES ('x')", {}, "UNIQUE"},
      {"SELECT 1; SELECT 2", {}, "one statement"},
      {"SELECT $1", {}, "no value for $1"},
      {"SELECT $1", {1.0, 2.0}, "too many values"},
      {"", {}, "empty"},
  };
  for (const auto& c : cases) {
    const Result<SqlRows> rows = database->Query(c.sql, c.values);
    ASSERT_FALSE(rows.ok()) << c.sql;
    EXPECT_EQ(rows.error().code, ErrorCode::kInvalid) << c.sql;
    EXPECT_THAT(rows.error().message, HasSubstr(c.message));
  }
  EXPECT_EQ(Run(*database, "SELECT a FROM t").rows.size(), 1u);
}

TEST_F(SqliteDatabaseTest, ATransactionIsWholeOrNotAtAll) {
  const auto database = Open();
  Run(*database, "CREATE TABLE t (a BIGINT)");
  const Status failed = database->InTransaction([](SqlConnection& connection) -> Status {
    EXPECT_TRUE(connection.Query("INSERT INTO t VALUES (1)", {}).ok());
    return InvalidError("no");
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_THROW(static_cast<void>(database->InTransaction([](SqlConnection& connection) -> Status {
                 EXPECT_TRUE(connection.Query("INSERT INTO t VALUES (2)", {}).ok());
                 throw std::runtime_error("no");
               })),
               std::runtime_error);
  EXPECT_TRUE(Run(*database, "SELECT a FROM t").rows.empty());
  EXPECT_TRUE(database
                  ->InTransaction([](SqlConnection& connection) -> Status {
                    EXPECT_TRUE(connection.Query("INSERT INTO t VALUES (3)", {}).ok());
                    return {};
                  })
                  .ok());
  EXPECT_THAT(Run(*database, "SELECT a FROM t").rows,
              ElementsAre(ElementsAre(Optional(std::string("3")))));
}

TEST_F(SqliteDatabaseTest, LosesNoWriteOfManyThreadsAndConnections) {
  const auto one = Open();
  const auto other = Open();
  Run(*one, "CREATE TABLE t (n BIGINT)");
  Run(*one, "INSERT INTO t VALUES (0)");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    Database* database = i % 2 == 0 ? one.get() : other.get();
    threads.emplace_back([database] {
      for (int n = 0; n < 25; ++n) Run(*database, "UPDATE t SET n = n + 1");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Run(*one, "SELECT n FROM t").rows,
              ElementsAre(ElementsAre(Optional(std::string("100")))));
}

TEST_F(SqliteDatabaseTest, WhatIsCommittedSurvivesSigkill) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto database = Open();
    const bool done = database->Query("CREATE TABLE t (a TEXT)", {}).ok() &&
                      database->Query("INSERT INTO t VALUES ($1)", {"kept"}).ok();
    if (!done || ::write(ends[1], "x", 1) != 1) ::_exit(1);
    ::raise(SIGKILL);
  }
  ::close(ends[1]);
  const UniqueFd read_end(ends[0]);
  char byte = 0;
  ASSERT_EQ(::read(read_end.get(), &byte, 1), 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(Run(*Open(), "SELECT a FROM t").rows.size(), 1u);
}

TEST_F(SqliteDatabaseTest, EndsAStatementThatTakesTooLong) {
  BackingOptions options;
  options.statement_timeout = std::chrono::milliseconds(50);
  const auto database = Open(options);
  const Result<SqlRows> rows = database->Query(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", {});
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(database->Check(seconds(10)).ok());
}

TEST_F(SqliteDatabaseTest, PreparesTheSchemaOnceItIsConnected) {
  int prepared = 0;
  BackingOptions options;
  options.prepare_embedded = [&prepared](Database& database) -> Status {
    ++prepared;
    const Result<SqlRows> made = database.Query("CREATE TABLE IF NOT EXISTS t (a TEXT)", {});
    return made ? Status() : made.error();
  };
  const auto database = Open(options);
  EXPECT_TRUE(database->Connect(seconds(1)).ok());
  EXPECT_EQ(prepared, 1);
  Run(*database, "SELECT a FROM t");
}

TEST_F(SqliteDatabaseTest, InMemoryIsOneDatabaseForAllThreads) {
  SqliteDatabase database(SqliteConnection::kMemory, {}, clock_);
  ASSERT_TRUE(database.Connect(seconds(1)).ok());
  EXPECT_EQ(database.place(), "sqlite::memory:");
  Run(database, "CREATE TABLE t (a BIGINT)");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 25; ++n) Run(database, "INSERT INTO t VALUES (1)");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Run(database, "SELECT a FROM t").rows.size(), 100u);
}

TEST_F(SqliteDatabaseTest, AnswersNothingWhileItIsDisconnected) {
  const auto database = Open();
  Run(*database, "CREATE TABLE t (a BIGINT)");
  database->Disconnect();
  EXPECT_EQ(database->Query("SELECT a FROM t", {}).error().code, ErrorCode::kClosed);
  EXPECT_EQ(database->Check(seconds(1)).error().code, ErrorCode::kClosed);
  ASSERT_TRUE(database->Connect(seconds(1)).ok());
  Run(*database, "SELECT a FROM t");
}

TEST_F(SqliteDatabaseTest, SaysWhichFileCannotBeOpened) {
  SqliteDatabase database("/nowhere/at/all.db", {}, clock_);
  const Status connected = database.Connect(seconds(1));
  ASSERT_FALSE(connected.ok());
  EXPECT_THAT(connected.error().message, HasSubstr("/nowhere/at/all.db"));
  EXPECT_EQ(connected.error().code, ErrorCode::kSystem);
}

TEST_F(SqliteDatabaseTest, FindsAppleForAppleInSmallLetters) {
  const auto database = Open();
  Run(*database, "CREATE TABLE t (a TEXT)");
  Run(*database, "INSERT INTO t VALUES ('Apple')");
  EXPECT_EQ(Run(*database, "SELECT a FROM t WHERE a LIKE $1", {"apple%"}).rows.size(), 1u);
}

}  // namespace
}  // namespace twelve

// The database and the caches on real servers: what they keep, how they refuse, and what a caller
// sees when the server dies, hangs and comes back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "factors/04_backing_services/parts/backing_set.h"
#include "factors/04_backing_services/parts/made_schema.h"
#include "factors/04_backing_services/parts/open_backing.h"
#include "factors/04_backing_services/parts/postgres_connection.h"
#include "factors/04_backing_services/parts/sql_item_store.h"
#include "factors/04_backing_services/parts/stale_database.h"
#include "tests/backing/queue_server.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;

constexpr Duration kSoon = seconds(30);

/// Until `done`, or for as long as a test may take.
bool WaitUntil(const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + kSoon;
  while (std::chrono::steady_clock::now() < until) {
    if (done()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

class SilentEvents final : public EventSink {
 public:
  void Write(const Event&) override {}
  std::uint64_t Dropped() const override { return 0; }
};

/// "secret" in "postgres://user:secret@host".
std::string PasswordIn(const std::string& url) {
  const std::size_t at = url.rfind('@');
  const std::size_t colon = url.rfind(':', at);
  return url.substr(colon + 1, at - colon - 1);
}

class OnPostgres : public ::testing::Test {
 protected:
  // One server for the whole suite: each test makes tables of its own.
  static void SetUpTestSuite() { server_ = StartPostgres(); }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override { ASSERT_NE(server_, nullptr); }

  std::unique_ptr<Database> Open(AttachOptions options = {}) {
    Result<std::unique_ptr<Database>> database = OpenDatabase(server_->url(), options, clock_);
    EXPECT_TRUE(database.ok());
    const Status connected = (*database)->Connect(kSoon);
    EXPECT_TRUE(connected.ok()) << connected.error().message;
    return std::move(database).value();
  }
  static SqlRows Run(Database& database, const std::string& sql,
                     const std::vector<SqlValue>& values = {}) {
    Result<SqlRows> rows = database.Query(sql, values);
    EXPECT_TRUE(rows.ok()) << sql << ": " << (rows ? "" : rows.error().message);
    return rows ? std::move(rows).value() : SqlRows();
  }
  static double Figure(const Database& database, const std::string& name) {
    for (const BackingFigure& figure : database.Figures()) {
      if (figure.name == name) return figure.value;
    }
    return -1;
  }

  static std::unique_ptr<QueueServer> server_;
  SystemClock clock_;
};

std::unique_ptr<QueueServer> OnPostgres::server_;

TEST_F(OnPostgres, ValuesAndRowsAreThoseOfSqlite) {
  const auto database = Open();
  Run(*database, "CREATE TABLE v (a TEXT, b BIGINT, c TEXT, d DOUBLE PRECISION)");
  const SqlRows inserted = Run(*database, "INSERT INTO v VALUES ($2, $1, $3, $4)",
                               {std::int64_t{7}, "O'Neil \\ \xC3\xA9", nullptr, 0.5});
  EXPECT_EQ(inserted.affected, 1);
  const SqlRows found =
      Run(*database, "SELECT a, b, c, d FROM v WHERE b = $1 OR b = $1", {std::int64_t{7}});
  ASSERT_EQ(found.rows.size(), 1u);
  EXPECT_THAT(found.rows[0],
              ElementsAre(Optional(std::string("O'Neil \\ \xC3\xA9")), Optional(std::string("7")),
                          std::nullopt, Optional(std::string("0.5"))));
  EXPECT_EQ(found.affected, 0);
  EXPECT_EQ(Run(*database, "UPDATE v SET b = b + 1 RETURNING b").affected, 1);
}

TEST_F(OnPostgres, RefusesWhatIsNoGoodStatementAndServesOn) {
  const auto database = Open();
  Run(*database, "CREATE TABLE r (a TEXT PRIMARY KEY)");
  Run(*database, "INSERT INTO r VALUES ('x')");
  const struct {
    const char* sql;
    std::vector<SqlValue> values;
    const char* message;
  } cases[] = {
      {"SELEC 1", {}, "syntax error"},
      {"INSERT INTO r VALUES ('x')", {}, "duplicate key"},
      {"SELECT 1; SELECT 2", {}, "multiple commands"},
      {"INSERT INTO r VALUES ($1)", {std::string("a\0b", 3)}, "NUL"},
      {"SELECT $1::int", {"many"}, "invalid input syntax"},
      {"SELECT a FROM nowhere WHERE a = $1", {"x"}, "does not exist"},
  };
  for (const auto& c : cases) {
    const Result<SqlRows> rows = database->Query(c.sql, c.values);
    ASSERT_FALSE(rows.ok()) << c.sql;
    EXPECT_EQ(rows.error().code, ErrorCode::kInvalid) << c.sql;
    EXPECT_THAT(rows.error().message, HasSubstr(c.message));
  }
  EXPECT_EQ(Run(*database, "SELECT a FROM r").rows.size(), 1u);
  EXPECT_EQ(Figure(*database, "connections_opened"), 5) << "none of this breaks a connection";
}

TEST_F(OnPostgres, ATransactionIsWholeOrNotAtAll) {
  const auto database = Open();
  Run(*database, "CREATE TABLE t (a BIGINT PRIMARY KEY)");
  EXPECT_FALSE(database
                   ->InTransaction([](SqlConnection& connection) -> Status {
                     EXPECT_TRUE(connection.Query("INSERT INTO t VALUES (1)", {}).ok());
                     return InvalidError("no");
                   })
                   .ok());
  // Work that does not look at what its statements said.
  const Status swallowed = database->InTransaction([](SqlConnection& connection) -> Status {
    EXPECT_TRUE(connection.Query("INSERT INTO t VALUES (2)", {}).ok());
    EXPECT_FALSE(connection.Query("INSERT INTO t VALUES (2)", {}).ok());
    return {};
  });
  ASSERT_FALSE(swallowed.ok()) << "PostgreSQL rolls back and says COMMIT succeeded";
  EXPECT_TRUE(Run(*database, "SELECT a FROM t").rows.empty());
  EXPECT_TRUE(database
                  ->InTransaction([](SqlConnection& connection) -> Status {
                    EXPECT_TRUE(connection.Query("INSERT INTO t VALUES (3)", {}).ok());
                    return {};
                  })
                  .ok());
  EXPECT_EQ(Run(*database, "SELECT a FROM t").rows.size(), 1u);
}

TEST_F(OnPostgres, AStatementThatTakesTooLongIsEndedByTheServer) {
  AttachOptions options;
  options.statement_timeout = milliseconds(100);
  const auto database = Open(options);
  const Result<SqlRows> rows = database->Query("SELECT pg_sleep(60)", {});
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(Figure(*database, "pool_open"), 5) << "the connection is as good as before";
}

TEST_F(OnPostgres, ThePoolNeverHoldsMoreThanItsMost) {
  AttachOptions options;
  options.pool_least = 1;
  options.pool_most = 3;
  options.pool_wait = kSoon;
  const auto database = Open(options);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) Run(*database, "SELECT pg_sleep(0.001)");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(Figure(*database, "connections_opened"), 3);
  options.pool_wait = milliseconds(1);
  options.pool_most = 1;
  const auto narrow = Open(options);
  const Status held = narrow->InTransaction([&](SqlConnection&) -> Status {
    const Result<SqlRows> other = narrow->Query("SELECT 1", {});
    return other ? Status() : other.error();
  });
  ASSERT_FALSE(held.ok());
  EXPECT_EQ(held.error().code, ErrorCode::kBusy);
}

TEST_F(OnPostgres, AWrongPasswordIsDeniedAndNotTold) {
  std::string url = server_->url();
  const std::string password = PasswordIn(url);
  url.replace(url.find(password), password.size(), "hunter2");
  const auto database = OpenDatabase(url, {}, clock_);
  ASSERT_TRUE(database.ok());
  const Status connected = (*database)->Connect(kSoon);
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, ErrorCode::kDenied);
  EXPECT_THAT(connected.error().message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(Open()->place(), Not(HasSubstr(password)));
}

TEST_F(OnPostgres, ItemsAreSearchedByExactCase) {
  const auto database = Open();
  ASSERT_TRUE(MakeSchema(*database).ok());
  SqlItemStore store(*database, clock_);
  Item apple;
  apple.id = "apple-1";
  apple.name = "Apple";
  EXPECT_TRUE(store.Put(apple).value());
  EXPECT_FALSE(store.Put(apple).value());
  EXPECT_EQ(store.List("Appl", 10)->size(), 1u);
  EXPECT_EQ(store.List("appl", 10)->size(), 0u) << "SQLite would find it";
  EXPECT_EQ(store.List("%", 10)->size(), 0u);
  EXPECT_TRUE(store.Remove("apple-1").value());
}

TEST_F(OnPostgres, ARestartIsNotNoticedByWhoAsksAfterIt) {
  const auto database = Open();
  Run(*database, "CREATE TABLE k (a BIGINT)");
  Run(*database, "INSERT INTO k VALUES (1)");
  server_->Kill();
  const Result<SqlRows> gone = database->Query("SELECT a FROM k", {});
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code, ErrorCode::kClosed);
  server_->Start();
  // Behind the pause of the pool, which is short.
  ASSERT_TRUE(WaitUntil([&] { return database->Query("SELECT a FROM k", {}).ok(); }));
  for (int i = 0; i < 20; ++i) Run(*database, "SELECT a FROM k");
  server_->Kill();
  server_->Start();
  EXPECT_EQ(Run(*database, "SELECT a FROM k").rows.size(), 1u)
      << "every idle connection was dead, and nobody was told";
}

TEST_F(OnPostgres, OneThatHangsCostsOneTimeoutAndThenNothing) {
  AttachOptions options;
  options.statement_timeout = milliseconds(100);
  options.connect_timeout = milliseconds(200);
  const auto database = Open(options);
  server_->Pause();
  const Result<SqlRows> first = database->Query("SELECT 1", {});
  const Result<SqlRows> second = database->Query("SELECT 1", {});
  const Result<SqlRows> third = database->Query("SELECT 1", {});
  server_->Continue();
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().code, ErrorCode::kTimeout);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kTimeout) << "the one who tries for all";
  ASSERT_FALSE(third.ok());
  EXPECT_THAT(third.error().code, AnyOf(ErrorCode::kClosed, ErrorCode::kTimeout));
  EXPECT_TRUE(WaitUntil([&] { return database->Query("SELECT 1", {}).ok(); }));
}

TEST_F(OnPostgres, AStaleConnectionNeverRecovers) {
  StaleDatabase database(server_->url(), {});
  ASSERT_TRUE(database.Connect(kSoon).ok());
  EXPECT_TRUE(database.Query("SELECT 1", {}).ok());
  server_->Kill();
  server_->Start();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(database.Connect(kSoon).ok());
    EXPECT_FALSE(database.Query("SELECT 1", {}).ok());
  }
}

TEST_F(OnPostgres, TheSetSeesItGoAndComeBackAndTakesAnotherInItsPlace) {
  SilentEvents events;
  BackingSet set({}, events, clock_);
  const Result<Database*> database =
      set.AddDatabase("database", server_->url(),
                      [this](const std::string& url) { return OpenDatabase(url, {}, clock_); });
  ASSERT_TRUE(database.ok());
  EXPECT_EQ(set.ConnectAll(kSoon).at(0).state, BackingState::kUp);
  server_->Kill();
  EXPECT_TRUE(WaitUntil([&] { return !set.Ready(kSoon).ok(); }));
  server_->Start();
  EXPECT_TRUE(WaitUntil([&] { return set.Ready(kSoon).ok(); }));
  ASSERT_TRUE(set.Attach("database", "sqlite::memory:", kSoon).ok());
  EXPECT_EQ((*database)->dialect(), SqlDialect::kSqlite);
  EXPECT_TRUE((*database)->Query("SELECT 1", {}).ok());
  ASSERT_TRUE(set.Attach("database", server_->url(), kSoon).ok());
  EXPECT_EQ((*database)->dialect(), SqlDialect::kPostgres);
  EXPECT_TRUE((*database)->Query("SELECT pg_backend_pid()", {}).ok());
}

class OnRedis : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::signal(SIGPIPE, SIG_IGN);
    server_ = StartRedis();
  }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    ASSERT_NE(server_, nullptr);
    Result<std::unique_ptr<Cache>> cache = OpenCache(server_->url(), {}, clock_);
    ASSERT_TRUE(cache.ok());
    cache_ = std::move(cache).value();
    const Status connected = cache_->Connect(kSoon);
    ASSERT_TRUE(connected.ok()) << connected.error().message;
  }

  static std::unique_ptr<QueueServer> server_;
  SystemClock clock_;
  std::unique_ptr<Cache> cache_;
};

std::unique_ptr<QueueServer> OnRedis::server_;

TEST_F(OnRedis, KeepsWhatIsSetUntilItsTimeIsOver) {
  const std::string bytes("a\0\r\n\xff", 5);
  ASSERT_TRUE(cache_->Set("k", bytes, seconds(600)).ok());
  EXPECT_THAT(cache_->Get("k").value(), Optional(bytes));
  EXPECT_TRUE(cache_->Replace("k", "2", seconds(600)).value());
  EXPECT_THAT(cache_->Get("k").value(), Optional(std::string("2")));
  EXPECT_FALSE(cache_->Replace("unknown", "2", seconds(600)).value());
  EXPECT_EQ(cache_->Get("unknown").value(), std::nullopt);
  ASSERT_TRUE(cache_->Set("short", "x", milliseconds(20)).ok());
  EXPECT_TRUE(WaitUntil([&] { return !cache_->Get("short").value().has_value(); }));
  EXPECT_TRUE(cache_->Remove("k").value());
  EXPECT_FALSE(cache_->Remove("k").value());
}

TEST_F(OnRedis, CountsByPrefixEvenWhenItLooksLikeAPattern) {
  for (int i = 0; i < 1200; ++i) {
    ASSERT_TRUE(cache_->Set("count:" + std::to_string(i), "x", seconds(600)).ok());
  }
  for (const char* key : {"c*unt:1", "c?", "[a]1", "\\1"}) {
    ASSERT_TRUE(cache_->Set(key, "x", seconds(600)).ok());
  }
  EXPECT_EQ(cache_->Count("count:").value(), 1200);
  EXPECT_EQ(cache_->Count("c*").value(), 1);
  EXPECT_EQ(cache_->Count("c?").value(), 1);
  EXPECT_EQ(cache_->Count("[a]").value(), 1);
  EXPECT_EQ(cache_->Count("\\").value(), 1);
}

TEST_F(OnRedis, KeepsWhatItAcknowledgedOverSigkillAndIsFoundAgain) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(cache_->Set("kept:" + std::to_string(i), "x", seconds(600)).ok());
  }
  server_->Kill();
  const auto gone = cache_->Get("kept:1");
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code, ErrorCode::kClosed);
  server_->Start();
  ASSERT_TRUE(WaitUntil([&] { return cache_->Get("kept:1").ok(); }));
  EXPECT_EQ(cache_->Count("kept:").value(), 20);
}

TEST_F(OnRedis, AWrongPasswordIsDeniedAndNotTold) {
  std::string url = server_->url();
  const std::string password = PasswordIn(url);
  url.replace(url.find(password), password.size(), "hunter2");
  const auto cache = OpenCache(url, {}, clock_);
  ASSERT_TRUE(cache.ok());
  const Status connected = (*cache)->Connect(kSoon);
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, ErrorCode::kDenied);
  EXPECT_THAT(connected.error().message,
              AllOf(Not(HasSubstr("hunter2")), Not(HasSubstr(password))));
}

}  // namespace
}  // namespace twelve

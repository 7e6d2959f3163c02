// Private instances of PostgreSQL, seen by psql.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "tests/backing/client_program.h"
#include "tests/backing/traces.h"
#include "tests/support/real_backing.h"

namespace twelve {
namespace {

using testing::HasSubstr;

TEST(Postgres, TwoInstancesSideBySideKnowNothingOfEachOther) {
  RealBacking one(BackingServer::kPostgres);
  ASSERT_TRUE(one.ok()) << one.why();
  BackingOptions options;
  options.durable = false;
  auto two = LaunchBacking(one.rig(), BackingServer::kPostgres, InBuildTree(options));
  ASSERT_TRUE(two.ok()) << two.error().message;
  EXPECT_NE(one->port(), (*two)->port());
  EXPECT_EQ(Psql(one->url(), "CREATE TABLE items (name text)"), "");
  EXPECT_THAT(Psql((*two)->url(), "TABLE items"), HasSubstr("does not exist"));
  EXPECT_EQ(Psql(one->url(), "SHOW fsync"), "on");
  EXPECT_EQ(Psql((*two)->url(), "SHOW fsync"), "off");
}

TEST(Postgres, TakesAnyUserPasswordAndDatabase) {
  BackingOptions options;
  options.user = "Canary \"user\"";
  options.password = "p:@/?#%'\\\"é";
  options.database = "the shop's";
  RealBacking canary(BackingServer::kPostgres, options);
  ASSERT_TRUE(canary.ok()) << canary.why();
  EXPECT_EQ(Psql(canary->url(), "SELECT current_user || '|' || current_database()"),
            "Canary \"user\"|the shop's");
  EXPECT_EQ(Psql(canary->url(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"), "f");

  BackingOptions of_the_template;
  of_the_template.user = of_the_template.database = "postgres";
  RealBacking plain(BackingServer::kPostgres, of_the_template);
  ASSERT_TRUE(plain.ok()) << plain.why();
  EXPECT_EQ(Psql(plain->url(), "SELECT 1"), "1");
  std::string other = plain->url();
  other.replace(other.find("//postgres:") + 11, 4, "nope");
  EXPECT_THAT(Psql(other, "SELECT 1"), HasSubstr("password authentication failed"));
}

TEST(Postgres, KeepsWhatWasCommittedWhenItIsKilled) {
  for (const bool durable : {true, false}) {
    BackingOptions options;
    options.durable = durable;
    RealBacking server(BackingServer::kPostgres, options);
    ASSERT_TRUE(server.ok()) << server.why();
    const std::string url = server->url();
    ASSERT_EQ(Psql(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n"), "");
    const std::vector<ProcessInfo> tree = server->Tree();
    EXPECT_GE(tree.size(), 4u);  // postmaster, checkpointer, writers

    server->Kill("test");
    ASSERT_TRUE(server->AwaitGone(server.Soon()));
    EXPECT_EQ(server->Snapshot().state, ProcessState::kKilled);
    for (const ProcessInfo& process : tree) {
      EXPECT_FALSE(IsAlive(process.pid, process.start_ticks)) << process.command;
    }
    EXPECT_FALSE(server->Answers(server.Soon()));

    const Status again = server->Restart("test", server.Soon());
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(server->url(), url);
    EXPECT_EQ(Psql(url, "SELECT count(*) FROM kept"), "1000");
  }
}

TEST(Postgres, StopsRestartsAndPauses) {
  RealBacking server(BackingServer::kPostgres);
  ASSERT_TRUE(server.ok()) << server.why();
  ASSERT_EQ(Psql(server->url(), "CREATE TABLE t AS SELECT 7 AS n"), "");
  ASSERT_TRUE(server->Pause("test").ok());
  EXPECT_TRUE(server->Snapshot().paused);
  EXPECT_TRUE(server.rig().WaitUntil(
      [&] {
        const std::vector<ProcessInfo> tree = server->Tree();
        return std::all_of(tree.begin(), tree.end(), [](const auto& p) { return p.state == 'T'; });
      },
      server.Soon()));
  // Nobody answers; the kernel still takes the connection.
  EXPECT_FALSE(server->Answers(Deadline::After(server.rig().clock(), std::chrono::seconds(1))));
  ASSERT_TRUE(server->Continue("test").ok());
  EXPECT_TRUE(server->Answers(server.Soon()));

  ASSERT_TRUE(server->Restart("test", server.Soon()).ok());
  EXPECT_EQ(Psql(server->url(), "TABLE t"), "7");
  ASSERT_TRUE(server->Pause("test").ok());
  ASSERT_TRUE(server->Restart("test", server.Soon()).ok()) << "a paused one can be stopped too";
  server->Stop("test");
  ASSERT_TRUE(server->AwaitGone(server.Soon()));
  EXPECT_EQ(server->Snapshot().state, ProcessState::kStopped) << server->Snapshot().reason;
  EXPECT_TRUE(server->Tree().empty());
}

TEST(Postgres, LeavesNothingWhenItsHandleGoes) {
  std::vector<ProcessInfo> tree;
  std::string directory;
  const auto segments = LookForTraces("/nowhere").shared_memory;
  {
    RealBacking server(BackingServer::kPostgres);
    ASSERT_TRUE(server.ok()) << server.why();
    tree = server->Tree();
    directory = std::filesystem::read_symlink("/proc/" + std::to_string(tree.front().pid) + "/cwd");
    EXPECT_TRUE(std::filesystem::exists(directory));
  }
  for (const ProcessInfo& process : tree) {
    EXPECT_FALSE(IsAlive(process.pid, process.start_ticks)) << process.command;
  }
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(directory).parent_path()));
  EXPECT_TRUE(Eventually([&] { return LookForTraces("/nowhere").shared_memory == segments; }));
}

TEST(Postgres, SaysWhyItCannotStart) {
  RealBacking server(BackingServer::kPostgres);
  ASSERT_TRUE(server.ok()) << server.why();
  server->Stop("test");
  ASSERT_TRUE(server->AwaitGone(server.Soon()));
  const auto taken = server.rig().Occupy(server->port());
  ASSERT_TRUE(taken.ok());
  ASSERT_TRUE(server->Start().ok());
  const Status ready = server->AwaitReady(server.Soon());
  ASSERT_FALSE(ready.ok());
  EXPECT_EQ(ready.error().code, ErrorCode::kClosed);
  EXPECT_THAT(ready.error().message, HasSubstr("could not create any TCP/IP sockets"));
}

}  // namespace
}  // namespace twelve

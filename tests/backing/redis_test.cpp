// Private instances of Redis, seen by redis-cli.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/backing/client_program.h"
#include "tests/backing/traces.h"
#include "tests/support/real_backing.h"

namespace twelve {
namespace {

using testing::HasSubstr;

TEST(Redis, TwoInstancesSideBySideKnowNothingOfEachOther) {
  RealBacking one(BackingServer::kRedis);
  ASSERT_TRUE(one.ok()) << one.why();
  BackingOptions options;
  options.durable = false;
  auto two = LaunchBacking(one.rig(), BackingServer::kRedis, options);
  ASSERT_TRUE(two.ok()) << two.error().message;
  EXPECT_EQ(RedisCli(one->url(), "SET color red"), "OK");
  EXPECT_EQ(RedisCli((*two)->url(), "GET color"), "");
  EXPECT_THAT(RedisCli(one->url(), "CONFIG GET appendfsync"), HasSubstr("always"));
  EXPECT_THAT(RedisCli((*two)->url(), "CONFIG GET appendfsync"), HasSubstr("no"));
}

TEST(Redis, TakesItsCredentialsAndNoOthers) {
  BackingOptions options;
  options.user = "canary";
  options.password = "p :@/?#%'\\\"é";
  options.database = "3";
  RealBacking canary(BackingServer::kRedis, options);
  ASSERT_TRUE(canary.ok()) << canary.why();
  EXPECT_THAT(RedisCli(canary->url(), "CLIENT INFO"), HasSubstr(" db=3 "));
  EXPECT_EQ(RedisCli(canary->url(), "ACL WHOAMI"), "canary");
  const std::string bare = "redis://127.0.0.1:" + std::to_string(canary->port());
  EXPECT_THAT(RedisCli(bare, "GET color"), HasSubstr("NOAUTH"));

  options.user = "default";
  RealBacking by_default(BackingServer::kRedis, options);
  ASSERT_TRUE(by_default.ok()) << by_default.why();
  EXPECT_EQ(RedisCli(by_default->url(), "ACL WHOAMI"), "default");

  for (const char* database : {"16", "shop", "123456"}) {
    options.database = database;
    RealBacking wrong(BackingServer::kRedis, options);
    EXPECT_THAT(wrong.why(), HasSubstr("numbers from 0 to 15")) << database;
  }
}

TEST(Redis, KeepsWhatItAcknowledgedWhenItIsKilled) {
  for (const bool durable : {true, false}) {
    BackingOptions options;
    options.durable = durable;
    RealBacking server(BackingServer::kRedis, options);
    ASSERT_TRUE(server.ok()) << server.why();
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(RedisCli(server->url(), "INCR visits"), std::to_string(i + 1));
    }
    const std::string script =
        "redis.call('SET', 'by-script', 'yes') return redis.call('LPUSH', 'list', 'a', 'b')";
    ASSERT_EQ(RedisCli(server->url(), "EVAL \"" + script + "\" 0"), "2");
    server->Kill("test");
    ASSERT_TRUE(server->AwaitGone(server.Soon()));
    EXPECT_FALSE(server->Answers(server.Soon()));
    const Status again = server->Restart("test", server.Soon());
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(RedisCli(server->url(), "GET visits"), "20");
    EXPECT_EQ(RedisCli(server->url(), "GET by-script"), "yes") << "what a script wrote as one";
    EXPECT_EQ(RedisCli(server->url(), "LLEN list"), "2");
  }
}

TEST(Redis, StopsRestartsAndPauses) {
  RealBacking server(BackingServer::kRedis);
  ASSERT_TRUE(server.ok()) << server.why();
  ASSERT_EQ(RedisCli(server->url(), "SET n 7"), "OK");
  ASSERT_TRUE(server->Pause("test").ok());
  EXPECT_FALSE(server->Answers(Deadline::After(server.rig().clock(), std::chrono::seconds(1))));
  ASSERT_TRUE(server->Continue("test").ok());
  EXPECT_TRUE(server->Answers(server.Soon()));
  ASSERT_TRUE(server->Restart("test", server.Soon()).ok());
  EXPECT_EQ(RedisCli(server->url(), "GET n"), "7");
  const std::vector<ProcessInfo> tree = server->Tree();
  server->Stop("test");
  ASSERT_TRUE(server->AwaitGone(server.Soon()));
  EXPECT_EQ(server->Snapshot().state, ProcessState::kStopped) << server->Snapshot().reason;
  for (const ProcessInfo& process : tree) EXPECT_FALSE(IsAlive(process.pid, process.start_ticks));
}

}  // namespace
}  // namespace twelve

#include "factors/04_backing_services/parts/connection_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A server that is up or down, and the connections to it.
struct FakeServer {
  std::atomic<bool> up{true};
  std::atomic<int> attempts{0};
  std::atomic<int> open{0};
  std::atomic<int> era{0};  // a restart ends all connections of the one before
};

class FakeConnection {
 public:
  explicit FakeConnection(FakeServer& server) : server_(server), era_(server.era) {
    ++server_.open;
  }
  ~FakeConnection() { --server_.open; }
  FakeConnection(const FakeConnection&) = delete;
  FakeConnection& operator=(const FakeConnection&) = delete;
  bool LooksAlive() const { return server_.era == era_; }
  bool broken() const { return broken_; }
  void Break() { broken_ = true; }

 private:
  FakeServer& server_;
  const int era_;
  bool broken_ = false;
};

class ConnectionPoolTest : public ::testing::Test {
 protected:
  using Pool = ConnectionPool<FakeConnection>;

  Result<std::unique_ptr<FakeConnection>> Open() {
    ++server_.attempts;
    if (!server_.up) return Error{ErrorCode::kTimeout, "no answer", {}, 0};
    return std::make_unique<FakeConnection>(server_);
  }
  double Figure(const std::string& name) {
    for (const BackingFigure& figure : pool_.Figures()) {
      if (figure.name == name) return figure.value;
    }
    return -1;
  }

  FakeServer server_;
  FakeClock clock_;
  Pool pool_{
      "db", {2, 4, milliseconds(1), seconds(1)}, [this](Duration) { return Open(); }, clock_};
};

TEST_F(ConnectionPoolTest, LendsNothingBeforeItIsConnected) {
  const auto lease = pool_.Take();
  ASSERT_FALSE(lease.ok());
  EXPECT_EQ(lease.error().code, ErrorCode::kClosed);
  EXPECT_EQ(server_.attempts, 0);
}

TEST_F(ConnectionPoolTest, OpensTheLeastAndGrowsToTheMost) {
  ASSERT_TRUE(pool_.Connect(seconds(1)).ok());
  EXPECT_EQ(server_.open, 2);
  std::vector<Pool::Lease> leases;
  for (int i = 0; i < 4; ++i) leases.push_back(std::move(pool_.Take()).value());
  EXPECT_EQ(server_.open, 4);
  EXPECT_EQ(Figure("pool_in_use"), 4);
  const auto fifth = pool_.Take();
  ASSERT_FALSE(fifth.ok());
  EXPECT_EQ(fifth.error().code, ErrorCode::kBusy);
  leases.clear();
  EXPECT_TRUE(pool_.Take().ok());
  EXPECT_EQ(server_.attempts, 4);
}

TEST_F(ConnectionPoolTest, HandsAConnectionToWhoWaitsForIt) {
  Pool pool(
      "db", {1, 1, seconds(30), seconds(1)}, [this](Duration) { return Open(); }, clock_);
  ASSERT_TRUE(pool.Connect(seconds(1)).ok());
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) done += pool.Take().ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 800);
  EXPECT_EQ(server_.attempts, 1);
}

TEST_F(ConnectionPoolTest, ReplacesWhatDiedWhileItWasIdle) {
  ASSERT_TRUE(pool_.Connect(seconds(1)).ok());
  ++server_.era;
  EXPECT_TRUE(pool_.Take().ok());
  EXPECT_EQ(server_.attempts, 3);
  EXPECT_EQ(server_.open, 1);
}

TEST_F(ConnectionPoolTest, ABrokenOneTakesTheIdleOnesWithIt) {
  ASSERT_TRUE(pool_.Connect(seconds(1)).ok());
  {
    const auto lease = pool_.Take();
    ASSERT_TRUE(lease.ok());
    (*lease)->Break();
  }
  EXPECT_EQ(server_.open, 0);
  EXPECT_TRUE(pool_.Take().ok());
  EXPECT_EQ(server_.open, 1);
}

TEST_F(ConnectionPoolTest, RefusesAtOnceWhileTheServerIsGoneAndTriesAgainAfterAPause) {
  ASSERT_TRUE(pool_.Connect(seconds(1)).ok());
  ++server_.era;
  server_.up = false;
  EXPECT_EQ(pool_.Take().error().code, ErrorCode::kTimeout);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pool_.Take().error().code, ErrorCode::kClosed);
  EXPECT_EQ(server_.attempts, 3);
  clock_.Advance(milliseconds(100));
  EXPECT_FALSE(pool_.Take().ok());
  EXPECT_EQ(server_.attempts, 4);
  clock_.Advance(milliseconds(100));
  EXPECT_FALSE(pool_.Take().ok());
  EXPECT_EQ(server_.attempts, 4) << "the pause doubles";
  server_.up = true;
  clock_.Advance(milliseconds(100));
  EXPECT_TRUE(pool_.Take().ok());
}

TEST_F(ConnectionPoolTest, ConnectDoesNotWaitForThePause) {
  server_.up = false;
  EXPECT_FALSE(pool_.Connect(seconds(1)).ok());
  server_.up = true;
  EXPECT_TRUE(pool_.Connect(seconds(1)).ok());
  EXPECT_TRUE(pool_.Take().ok());
}

TEST_F(ConnectionPoolTest, ClosesWhatNobodyNeedsAnyMore) {
  ASSERT_TRUE(pool_.Connect(seconds(1)).ok());
  {
    std::vector<Pool::Lease> leases;
    for (int i = 0; i < 4; ++i) leases.push_back(std::move(pool_.Take()).value());
  }
  clock_.Advance(std::chrono::minutes(2));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(pool_.Take().ok());
  EXPECT_EQ(server_.open, 2);
}

TEST_F(ConnectionPoolTest, DisconnectWaitsForLeasesAndRefusesNewOnes) {
  ASSERT_TRUE(pool_.Connect(seconds(1)).ok());
  auto lease = std::make_unique<Pool::Lease>(std::move(pool_.Take()).value());
  std::atomic<bool> gone{false};
  std::thread closer([&] {
    pool_.Disconnect();
    gone = true;
  });
  while (pool_.Take().ok()) std::this_thread::yield();
  EXPECT_FALSE(gone);
  lease.reset();
  closer.join();
  EXPECT_EQ(server_.open, 0);
  EXPECT_EQ(pool_.Take().error().code, ErrorCode::kClosed);
  EXPECT_TRUE(pool_.Connect(seconds(1)).ok());
  EXPECT_TRUE(pool_.Take().ok());
}

}  // namespace
}  // namespace twelve

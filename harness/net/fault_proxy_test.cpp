#include "harness/net/fault_proxy.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_socket_host.h"
#include "tests/support/tcp_peer.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FaultProxyTest : public testing::Test {
 protected:
  FaultProxyTest() {
    listener_ = sockets_.Listen("127.0.0.1", 0, 64).value();
    plan_.target.port = sockets_.LocalPort(listener_.get());
    plan_.connect_timeout = seconds(20);
    Start();
  }

  void Start() {
    auto proxy =
        FaultProxy::Start(plan_, sockets_, [this] { return PosixEventLoop::Create(clock_); });
    ASSERT_TRUE(proxy.ok()) << proxy.error().message;
    proxy_ = std::move(proxy).value();
  }

  FaultId Add(const char* text) {
    const auto id = proxy_->Add(ParseFault(text).value());
    EXPECT_TRUE(id.ok());
    return *id;
  }

  /// A connection through the proxy, as both ends see it.
  void Join() {
    client_ = TcpPeer::Connect(proxy_->port());
    ASSERT_EQ(client_.problem(), 0);
    server_ = TcpPeer::Accept(listener_.get());
    ASSERT_TRUE(server_.open());
  }

  void ExpectItWorks() {
    ASSERT_TRUE(client_.Send("ping"));
    EXPECT_EQ(server_.Receive(4), "ping");
    ASSERT_TRUE(server_.Send("pong"));
    EXPECT_EQ(client_.Receive(4), "pong");
  }

  std::shared_ptr<const ProxySnapshot> WaitFor(
      const std::function<bool(const ProxySnapshot&)>& predicate) {
    const Deadline deadline = Deadline::After(clock_, seconds(30));
    for (;;) {
      auto snapshot = proxy_->Snapshot();
      if (predicate(*snapshot)) return snapshot;
      if (deadline.Passed(clock_)) break;
      std::this_thread::sleep_for(milliseconds(1));
    }
    ADD_FAILURE() << "not within 30 s";
    return proxy_->Snapshot();
  }
  std::shared_ptr<const ProxySnapshot> WaitUntilClosed(std::size_t count) {
    return WaitFor([&](const ProxySnapshot& s) { return s.closed.size() >= count; });
  }

  SystemClock clock_;
  PosixSocketHost sockets_;
  UniqueFd listener_;
  ProxyPlan plan_;
  std::unique_ptr<FaultProxy> proxy_;
  TcpPeer client_, server_;
};

TEST_F(FaultProxyTest, IsAPathLikeAnyOtherWithoutFaults) {
  Join();
  ExpectItWorks();
  const auto open = proxy_->Snapshot();
  ASSERT_EQ(open->open.size(), 1u);
  EXPECT_EQ(open->open[0].client_port, sockets_.LocalPort(client_.fd()));
  EXPECT_EQ(open->open[0].to_server.first_bytes, "ping");
  EXPECT_EQ(open->bytes_to_server, 4u);
  EXPECT_EQ(open->bytes_to_client, 4u);

  client_.ShutdownWrite();  // half of it: the other half goes on
  EXPECT_EQ(server_.ReceiveAll(), "");
  EXPECT_TRUE(server_.ended());
  ASSERT_TRUE(server_.Send("still here"));
  server_.Close();
  EXPECT_EQ(client_.ReceiveAll(), "still here");
  EXPECT_TRUE(client_.ended());
  const auto closed = WaitUntilClosed(1);
  EXPECT_EQ(closed->closed[0].end, ProxyEnd::kClosed);
  EXPECT_EQ(closed->bytes_to_client, 14u);
  EXPECT_TRUE(closed->open.empty());
}

TEST_F(FaultProxyTest, CarriesManyBytesBothWaysUnchanged) {
  Join();
  std::string bytes(8 << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 4096);
  std::thread to_server([&] { client_.Send(bytes); });
  std::thread to_client([&] { TcpPeer(UniqueFd(dup(server_.fd()))).Send(bytes); });
  const bool same_there = server_.Receive(bytes.size()) == bytes;
  to_server.join();
  const bool same_here = client_.Receive(bytes.size()) == bytes;
  to_client.join();
  EXPECT_TRUE(same_there);
  EXPECT_TRUE(same_here);
  const auto snapshot = proxy_->Snapshot();
  EXPECT_EQ(snapshot->bytes_to_server, bytes.size());
  EXPECT_EQ(snapshot->open[0].to_client.first_bytes, bytes.substr(0, FaultProxy::kFirstBytes));
}

TEST_F(FaultProxyTest, NothingComesEarlierThanTheLatency) {
  Join();
  Add("latency 10ms to-client");
  for (int i = 0; i < 20; ++i) {
    const TimePoint asked = clock_.Now();
    ExpectItWorks();
    EXPECT_GE(clock_.Now() - asked, milliseconds(10));
  }
}

TEST_F(FaultProxyTest, LatencyDelaysTheEndToo) {
  Join();
  Add("latency 50ms");
  const TimePoint sent = clock_.Now();
  ASSERT_TRUE(client_.Send("last words"));
  client_.Close();
  EXPECT_EQ(server_.ReceiveAll(), "last words");
  EXPECT_GE(clock_.Now() - sent, milliseconds(50));
}

TEST_F(FaultProxyTest, BandwidthIsNotExceeded) {
  Join();
  Add("bandwidth 1MB/s to-server");
  const TimePoint began = clock_.Now();
  std::thread sender([&] { client_.Send(std::string(200'000, 'x')); });
  EXPECT_EQ(server_.Receive(200'000).size(), 200'000u);
  sender.join();
  EXPECT_GE(clock_.Now() - began, milliseconds(195));
}

TEST_F(FaultProxyTest, StallHoldsAndLosesNothing) {
  Join();
  ExpectItWorks();
  const FaultId stall = Add("stall to-client");
  ASSERT_TRUE(server_.Send("held"));
  ASSERT_TRUE(client_.Send("free"));
  EXPECT_EQ(server_.Receive(4), "free");  // the other direction goes on
  EXPECT_EQ(client_.Peek(50), "");
  EXPECT_TRUE(proxy_->Remove(stall));
  EXPECT_EQ(client_.Receive(4), "held");
  ExpectItWorks();
}

TEST_F(FaultProxyTest, DroppedBytesAreGoneAndTheConnectionWithThem) {
  Join();
  const FaultId drop = Add("drop to-server");
  ASSERT_TRUE(client_.Send("lost"));
  WaitFor([](const ProxySnapshot& s) { return s.open[0].to_server.dropped == 4; });
  ASSERT_TRUE(server_.Send("comes"));
  EXPECT_EQ(client_.Receive(5), "comes");
  EXPECT_TRUE(proxy_->Remove(drop));
  EXPECT_EQ(client_.ReceiveAll(), "");
  EXPECT_EQ(client_.problem(), ECONNRESET);
  EXPECT_EQ(WaitUntilClosed(1)->closed[0].end, ProxyEnd::kResetByFault);
}

TEST_F(FaultProxyTest, ResetIsAnRstForOldAndNewConnections) {
  Join();
  ExpectItWorks();
  const FaultId reset = Add("reset");
  EXPECT_EQ(client_.ReceiveAll(), "");
  EXPECT_EQ(client_.problem(), ECONNRESET);
  EXPECT_EQ(server_.ReceiveAll(), "");
  EXPECT_EQ(server_.problem(), ECONNRESET);
  TcpPeer next = TcpPeer::Connect(proxy_->port());
  next.ReceiveAll();
  EXPECT_EQ(next.problem(), ECONNRESET);
  EXPECT_TRUE(proxy_->Remove(reset));
  TcpPeer leftover = TcpPeer::Accept(listener_.get(), 0);  // of the one that was reset
  Join();
}

TEST_F(FaultProxyTest, ResetAfterSomeBytesCutsAnAnswerInTheMiddle) {
  Add("reset after 5B to-client");
  Join();
  ASSERT_TRUE(client_.Send("a request that is longer"));
  EXPECT_EQ(server_.Receive(24).size(), 24u);
  ASSERT_TRUE(server_.Send("0123456789"));
  EXPECT_LE(client_.ReceiveAll().size(), 5u);  // an RST may overtake what was not read yet
  EXPECT_EQ(client_.problem(), ECONNRESET);
}

TEST_F(FaultProxyTest, ALimitIsAnOrderlyEnd) {
  Add("limit 5B to-client");
  Join();
  ASSERT_TRUE(server_.Send("0123456789"));
  EXPECT_EQ(client_.ReceiveAll(), "01234");
  EXPECT_TRUE(client_.ended());
  EXPECT_EQ(client_.problem(), 0);
  EXPECT_EQ(WaitUntilClosed(1)->closed[0].end, ProxyEnd::kLimit);
}

TEST_F(FaultProxyTest, HalfCloseEndsOneDirectionOnly) {
  Join();
  ExpectItWorks();
  Add("half-close to-client");
  EXPECT_EQ(client_.ReceiveAll(), "");
  EXPECT_TRUE(client_.ended());
  ASSERT_TRUE(client_.Send("one way"));
  EXPECT_EQ(server_.Receive(7), "one way");
}

TEST_F(FaultProxyTest, RefusedTimedOutAndAcceptedAreToldApart) {
  Join();
  const FaultId refuse = Add("refuse");
  EXPECT_FALSE(proxy_->Snapshot()->listening);
  EXPECT_EQ(TcpPeer::Connect(proxy_->port()).problem(), ECONNREFUSED);
  ExpectItWorks();  // what is connected stays
  EXPECT_TRUE(proxy_->Remove(refuse));

  const FaultId full = Add("connect-timeout");
  EXPECT_EQ(TcpPeer::Connect(proxy_->port(), 300).problem(), ETIMEDOUT);
  EXPECT_EQ(TcpPeer::Connect(proxy_->port(), 300).problem(), ETIMEDOUT);
  ExpectItWorks();
  EXPECT_TRUE(proxy_->Remove(full));
  EXPECT_TRUE(proxy_->Snapshot()->listening);
  Join();
  ExpectItWorks();
}

TEST_F(FaultProxyTest, ATargetThatRefusesIsAResetForTheClient) {
  listener_.Reset();
  TcpPeer client = TcpPeer::Connect(proxy_->port());
  client.ReceiveAll();
  EXPECT_EQ(client.problem(), ECONNRESET);
  const auto snapshot = WaitUntilClosed(1);
  EXPECT_EQ(snapshot->closed[0].end, ProxyEnd::kServerRefused);
  EXPECT_EQ(snapshot->failed_connects, 1u);
}

TEST_F(FaultProxyTest, AResetIsPassedOn) {
  Join();
  ExpectItWorks();
  server_.Reset();
  client_.ReceiveAll();
  EXPECT_EQ(client_.problem(), ECONNRESET);
  EXPECT_EQ(WaitUntilClosed(1)->closed[0].end, ProxyEnd::kResetByServer);
  Join();
  client_.Reset();
  server_.ReceiveAll();
  EXPECT_EQ(server_.problem(), ECONNRESET);
  EXPECT_EQ(WaitUntilClosed(2)->closed[1].end, ProxyEnd::kResetByClient);
}

TEST_F(FaultProxyTest, AFaultGoesWhenItsTimeIsOver) {
  Join();
  Add("stall for 50ms");
  ASSERT_TRUE(client_.Send("ping"));
  EXPECT_EQ(server_.Receive(4), "ping");
  EXPECT_TRUE(proxy_->Snapshot()->faults.empty());
}

TEST_F(FaultProxyTest, AShareHitsSomeConnectionsAndShowsWhich) {
  const FaultId half = Add("half-close to-client of 50%");
  std::vector<TcpPeer> clients, servers;
  for (int i = 0; i < 40; ++i) {
    Join();
    clients.push_back(std::move(client_));
    servers.push_back(std::move(server_));
  }
  const auto snapshot =
      WaitFor([](const ProxySnapshot& s) { return s.faults[0].hit + s.faults[0].spared == 40; });
  EXPECT_GT(snapshot->faults[0].hit, 5u);
  EXPECT_GT(snapshot->faults[0].spared, 5u);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const bool hit = !snapshot->open[i].faults.empty();
    if (hit) {
      EXPECT_EQ(snapshot->open[i].faults[0], half);
      clients[i].ReceiveAll();
    } else {
      servers[i].Send("x");
      clients[i].Receive(1);
    }
    EXPECT_EQ(clients[i].ended(), hit);
  }
}

TEST_F(FaultProxyTest, RefusesPlansThatMakeNoSense) {
  const auto problem = [&](const ProxyPlan& plan) {
    const Status valid = Validate(plan);
    return valid.ok() ? std::string() : valid.error().message;
  };
  EXPECT_EQ(problem(plan_), "");
  ProxyPlan plan = plan_;
  plan.target.port = 0;
  EXPECT_NE(problem(plan), "");
  plan = plan_;
  plan.target.address = "10.0.0.1";
  EXPECT_NE(problem(plan), "");
  plan.allow_external = true;
  EXPECT_EQ(problem(plan), "");
  plan = plan_;
  plan.listen.address = "0.0.0.0";
  EXPECT_NE(problem(plan), "");
  plan = plan_;
  plan.listen = plan.target;
  EXPECT_NE(problem(plan), "");
  EXPECT_FALSE(proxy_->Add(Fault()).ok());
}

}  // namespace
}  // namespace twelve

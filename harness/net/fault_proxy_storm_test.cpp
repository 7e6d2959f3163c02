#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "harness/net/fault_proxy.h"
#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_socket_host.h"
#include "tests/support/tcp_peer.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kCycles = 200;
constexpr int kClients = 4;

/// Answers every byte with itself until told to stop.
void Echo(int listener, const std::atomic<bool>& stop) {
  std::vector<std::thread> threads;
  while (!stop) {
    TcpPeer accepted = TcpPeer::Accept(listener, 20);
    if (!accepted.open()) continue;
    threads.emplace_back([peer = std::move(accepted), &stop]() mutable {
      while (!stop && peer.open() && !peer.ended()) {
        const std::string bytes = peer.Peek(20);
        if (!bytes.empty() && !peer.Send(bytes)) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

/// Sends and receives through the proxy, whatever becomes of it, until told to stop.
void Chat(std::uint16_t port, const std::atomic<bool>& stop, std::atomic<std::uint64_t>& echoed) {
  while (!stop) {
    TcpPeer peer = TcpPeer::Connect(port, 50);
    for (int i = 0; i < 20 && !stop && peer.open() && !peer.ended(); ++i) {
      if (!peer.Send("0123456789")) break;
      echoed += peer.Peek(20).size();
    }
  }
}

TEST(FaultProxyStorm, FaultsComeAndGoUnderTrafficAndNoCallHangs) {
  SystemClock clock;
  PosixSocketHost sockets;
  const UniqueFd listener = sockets.Listen("127.0.0.1", 0, 64).value();
  ProxyPlan plan;
  plan.target.port = sockets.LocalPort(listener.get());
  auto proxy =
      FaultProxy::Start(plan, sockets, [&] { return PosixEventLoop::Create(clock); }).value();

  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> echoed = 0;
  std::vector<std::thread> threads;
  threads.emplace_back([&] { Echo(listener.get(), stop); });
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&] { Chat(proxy->port(), stop, echoed); });
  }

  const char* const kFaults[] = {
      "latency 3ms jitter 2ms", "bandwidth 20KB/s", "stall of 50%",
      "drop to-server of 50%",  "limit 50B",        "half-close to-client of 30%",
      "reset of 30%",           "reset after 20B",  "refuse",
      "connect-timeout",        "stall for 1ms",    "latency 1ms to-server",
  };
  std::mt19937 random(7);
  for (int i = 0; i < kCycles; ++i) {
    const auto first = proxy->Add(ParseFault(kFaults[random() % std::size(kFaults)]).value());
    const auto second = proxy->Add(ParseFault(kFaults[random() % std::size(kFaults)]).value());
    ASSERT_TRUE(first.ok() && second.ok());
    if (i % 2 == 0) std::this_thread::sleep_for(milliseconds(2));  // let some traffic meet them
    proxy->Remove(*first);
    if (i % 2 == 0) {
      proxy->Remove(*second);
    } else {
      proxy->Clear();
    }
    EXPECT_TRUE(proxy->Snapshot()->faults.empty());
  }
  // The path is whole again.
  const std::uint64_t before = echoed;
  const Deadline deadline = Deadline::After(clock, seconds(30));
  while (echoed < before + 1000 && !deadline.Passed(clock)) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_GE(echoed, before + 1000);
  EXPECT_EQ(proxy->Snapshot()->problem, "");
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace twelve

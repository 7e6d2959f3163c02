#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "harness/net/port_pool.h"
#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_socket_host.h"
#include "harness/router/router.h"
#include "tests/support/scripted_server.h"
#include "tests/support/tcp_peer.h"

namespace twelve {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

/// A router whose clients and processes are played by the test, byte by byte.
class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    plan_.probe_readiness = false;
    plan_.answer_timeout = seconds(60);
    plan_.connect_timeout = seconds(60);
    plan_.keep_idle = seconds(60);
  }

  /// Adds a process that the test plays through Accept().
  void AddProcess() {
    listeners_.push_back(sockets_.Listen("127.0.0.1", 0, 64).value());
    plan_.targets.push_back(
        {"web." + std::to_string(listeners_.size()), sockets_.LocalPort(listeners_.back().get())});
  }
  void AddServer(const ScriptedServer& server) {
    plan_.targets.push_back({"web." + std::to_string(plan_.targets.size() + 1), server.port()});
  }

  void Start() {
    auto router = StartRouter(plan_, sockets_, [this] { return PosixEventLoop::Create(clock_); });
    ASSERT_TRUE(router.ok()) << router.error().message;
    router_ = std::move(router).value();
  }

  TcpPeer Client() {
    TcpPeer client = TcpPeer::Connect(router_->port());
    EXPECT_EQ(client.problem(), 0);
    return client;
  }
  TcpPeer Accept(std::size_t process = 0) {
    TcpPeer peer = TcpPeer::Accept(listeners_[process].get());
    EXPECT_TRUE(peer.open());
    return peer;
  }

  /// A head up to its empty line.
  static std::string ReadHead(TcpPeer& peer) {
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      const std::string byte = peer.Receive(1);
      if (byte.empty()) break;
      head += byte;
    }
    return head;
  }
  /// A whole answer with a Content-Length.
  static std::string ReadAnswer(TcpPeer& peer) {
    std::string answer = ReadHead(peer);
    const std::size_t at = answer.find("Content-Length: ");
    if (at == std::string::npos) return answer;
    return answer + peer.Receive(static_cast<std::size_t>(std::atoi(answer.c_str() + at + 16)));
  }
  static int StatusOf(const std::string& answer) {
    return answer.size() > 12 ? std::atoi(answer.c_str() + 9) : 0;
  }

  /// One GET on a connection of its own.
  std::string Get(const std::string& path, const std::string& headers = {}) {
    TcpPeer client = Client();
    client.Send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n");
    return ReadAnswer(client);
  }

  std::shared_ptr<const RouterSnapshot> WaitFor(
      const std::function<bool(const RouterSnapshot&)>& predicate) {
    const Deadline deadline = Deadline::After(clock_, seconds(30));
    for (;;) {
      auto snapshot = router_->Snapshot();
      EXPECT_EQ(snapshot->requests, snapshot->answered + snapshot->no_target + snapshot->failed +
                                        snapshot->abandoned +
                                        static_cast<std::uint64_t>(snapshot->in_flight));
      if (predicate(*snapshot)) return snapshot;
      if (deadline.Passed(clock_)) break;
      std::this_thread::sleep_for(milliseconds(1));
    }
    ADD_FAILURE() << "not within 30 s";
    return router_->Snapshot();
  }
  void WaitUntilReady(std::size_t count) {
    WaitFor([&](const RouterSnapshot& s) {
      return static_cast<std::size_t>(std::count_if(s.targets.begin(), s.targets.end(),
                                                    [](const auto& t) { return t.ready; })) ==
             count;
    });
  }

  SystemClock clock_;
  PosixSocketHost sockets_;
  RouterPlan plan_;
  std::vector<UniqueFd> listeners_;
  std::unique_ptr<Router> router_;
};

}  // namespace twelve

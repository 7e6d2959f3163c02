// The fault proxy beside a direct connection, and beside what its faults promise:
//   1. bytes per second without faults, and the round trip that it costs;
//   2. latency: 100 round trips against what was asked for;
//   3. bandwidth: 20 MB at 1 MB/s;
//   4. 1000 faults put in and taken out under traffic: the longest call.
// proxy_bench [quick]: quick leaves out the 20 s of the third.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/net/fault_proxy.h"
#include "harness/os/posix/posix_event_loop.h"
#include "tests/support/tcp_peer.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

class Bench {
 public:
  Bench() : listener_(sockets_.Listen("127.0.0.1", 0, 64).value()) {
    ProxyPlan plan;
    plan.target.port = sockets_.LocalPort(listener_.get());
    direct_ = plan.target.port;
    proxy_ = FaultProxy::Start(plan, sockets_, [this] {
               return PosixEventLoop::Create(clock_);
             }).value();
  }

  void Join(std::uint16_t port) {
    client_ = TcpPeer::Connect(port);
    server_ = TcpPeer::Accept(listener_.get());
  }
  std::uint16_t direct() const { return direct_; }
  std::uint16_t through() const { return proxy_->port(); }

  /// Seconds for so many bytes to arrive at the server.
  double Carry(std::size_t bytes) {
    const TimePoint began = clock_.Now();
    std::thread sender([&] {
      const std::string piece(std::size_t{256} << 10, 'x');
      for (std::size_t left = bytes; left > 0;) {
        const std::size_t part = std::min(left, piece.size());
        if (!client_.Send(std::string_view(piece).substr(0, part))) return;
        left -= part;
      }
    });
    for (std::size_t got = 0; got < bytes;) {
      const std::size_t part = server_.Peek(1000).size();
      if (part == 0) break;
      got += part;
    }
    sender.join();
    return ToSeconds(clock_.Now() - began);
  }

  std::vector<double> RoundTrips(int count) {
    std::vector<double> ms;
    for (int i = 0; i < count; ++i) {
      const TimePoint began = clock_.Now();
      client_.Send("ping");
      server_.Receive(4);
      server_.Send("pong");
      client_.Receive(4);
      ms.push_back(ToMs(clock_.Now() - began));
    }
    std::sort(ms.begin(), ms.end());
    return ms;
  }

  void WithoutFaults() {
    constexpr std::size_t kBytes = std::size_t{1} << 30;
    fmt::print("without faults      MB/s   round trip p50 us   p99 us\n");
    for (const auto& [name, port] :
         {std::pair("direct", direct()), std::pair("proxy", through())}) {
      Join(port);
      const double seconds = Carry(kBytes);
      const std::vector<double> ms = RoundTrips(5000);
      fmt::print("  {:<12} {:9.0f} {:19.1f} {:8.1f}\n", name, kBytes / 1e6 / seconds,
                 ms[ms.size() / 2] * 1e3, ms[ms.size() * 99 / 100] * 1e3);
    }
  }

  void Latency() {
    fmt::print(
        "\nlatency, ms         asked     min     p50     p99     max   of 100 round trips\n");
    for (const char* text : {"latency 5ms to-client", "latency 20ms to-client",
                             "latency 100ms jitter 20ms to-client"}) {
      const FaultId id = proxy_->Add(ParseFault(text).value()).value();
      Join(through());
      const std::vector<double> ms = RoundTrips(100);
      fmt::print("  {:<36} {:7.2f} {:7.2f} {:7.2f} {:7.2f}\n", text, ms.front(), ms[50], ms[98],
                 ms.back());
      proxy_->Remove(id);
    }
  }

  void Bandwidth() {
    constexpr std::size_t kBytes = 20'000'000;
    const FaultId id = proxy_->Add(ParseFault("bandwidth 1MB/s").value()).value();
    Join(through());
    const double seconds = Carry(kBytes);
    fmt::print("\nbandwidth 1MB/s: 20 MB in {:.2f} s, {:+.2f} % of what was asked for\n", seconds,
               (kBytes / 1e6 / seconds - 1) * 100);
    proxy_->Remove(id);
  }

  void Changes() {
    Join(through());
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> moved = 0;
    std::thread sender([&] {
      const std::string piece(16 << 10, 'x');
      while (!stop && client_.Send(piece)) moved += piece.size();
    });
    std::thread receiver([&] {
      while (!stop) server_.Peek(10);
    });
    double longest = 0;
    const TimePoint began = clock_.Now();
    for (int i = 0; i < 1000; ++i) {
      const TimePoint asked = clock_.Now();
      const FaultId id = proxy_->Add(ParseFault("latency 1ms").value()).value();
      proxy_->Remove(id);
      longest = std::max(longest, ToMs(clock_.Now() - asked));
    }
    const double seconds = ToSeconds(clock_.Now() - began);
    stop = true;
    client_.Close();
    sender.join();
    receiver.join();
    fmt::print(
        "\n1000 faults in and out in {:.2f} s under {:.0f} MB/s: the longest took {:.2f} ms\n",
        seconds, static_cast<double>(moved) / 1e6 / seconds, longest);
  }

 private:
  SystemClock clock_;
  PosixSocketHost sockets_;
  UniqueFd listener_;
  std::uint16_t direct_ = 0;
  std::unique_ptr<FaultProxy> proxy_;
  TcpPeer client_, server_;
};

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  twelve::Bench bench;
  bench.WithoutFaults();
  bench.Latency();
  if (argc < 2 || std::string_view(argv[1]) != "quick") bench.Bandwidth();
  bench.Changes();
}

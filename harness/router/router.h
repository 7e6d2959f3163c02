#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/load/load_plan.h"
#include "harness/net/endpoint.h"
#include "harness/net/loop_thread.h"
#include "harness/os/socket_host.h"

namespace twelve {

/// How a router chooses among the processes that are ready.
enum class RouterPolicy { kRoundRobin, kLeastConnections };
std::string_view ToString(RouterPolicy policy);

/// What a router listens on, whom it serves from, and how patient it is.
struct RouterPlan {
  Endpoint listen;  // port 0: one of PortPool's, held while the router lives
  std::vector<LoadTarget> targets;
  bool allow_external = false;  // targets that are not on loopback
  RouterPolicy policy = RouterPolicy::kRoundRobin;
  bool sticky = false;  // a cookie sends a client to the process that served it before

  bool probe_readiness = true;  // else every target counts as ready
  std::string ready_path = "/ready";
  Duration probe_period = std::chrono::milliseconds(100);
  int fall = 2;  // probes that fail in a row before a process gets no more requests
  int rise = 1;  // probes that succeed in a row before it gets some again

  bool retry_elsewhere = true;
  Duration head_timeout = std::chrono::seconds(10);    // of a request, from its first byte
  Duration idle_timeout = std::chrono::seconds(60);    // of a client between two requests
  Duration connect_timeout = std::chrono::seconds(2);  // to a process
  Duration answer_timeout = std::chrono::seconds(30);  // without any progress of an exchange
  // Of kept connections to processes. Shorter than the 2 s of gunicorn and the 5 s of Node: who
  // closes last never writes into a closed connection.
  Duration keep_idle = std::chrono::milliseconds(1500);
  int max_clients = 10'000;
};
Status Validate(const RouterPlan& plan);

/// One process as the router sees it.
struct RouterTargetState {
  LoadTarget target;
  bool ready = false;
  bool draining = false;       // gets no new requests because somebody asked for that
  bool listed = true;          // false: SetTargets took it out; kept until its last request is over
  std::string why;             // of not being ready; empty when it is
  std::uint64_t requests = 0;  // sent to it, second tries included
  std::uint64_t answers[6] = {};                      // by the first digit of their status
  std::uint64_t refused = 0;                          // connections that it did not take
  std::uint64_t broken = 0;                           // cut, reset, timed out or no HTTP
  std::uint64_t retried = 0;                          // of these two, done again on another process
  int in_flight = 0, kept = 0;                        // requests; idle connections
  double rate_per_second = 0, errors_per_second = 0;  // over the last second; errors: 5xx, broken
  LatencySummary latency;                             // from sending it to the end of the answer
};

/// Something that changed who is served by whom.
struct RouterEvent {
  std::uint64_t number = 0;  // counted from 1
  TimePoint at;
  std::string text;  // "web.1 is ready", "web.2 gets no more requests: it refused a connection"
};

/// What a router has done so far.
/// `requests` = `answered` + `no_target` + `failed` + `abandoned` + in flight.
struct RouterSnapshot {
  TimePoint started, taken;
  std::uint16_t port = 0;
  RouterPolicy policy = RouterPolicy::kRoundRobin;
  bool sticky = false;
  std::uint64_t clients = 0;    // connections that were accepted
  int open_clients = 0;         // that are open now
  std::uint64_t rejected = 0;   // requests that were wrong: 4xx by the router itself
  std::uint64_t requests = 0;   // that were right
  std::uint64_t answered = 0;   // by a process, whatever its status
  std::uint64_t no_target = 0;  // 503: nobody was ready
  std::uint64_t failed = 0;     // 502 and 504, and answers that were cut
  std::uint64_t abandoned = 0;  // by the client
  std::uint64_t retried = 0;
  int in_flight = 0;
  double rate_per_second = 0;  // answered, over the last second
  std::vector<RouterTargetState> targets;
  std::vector<RouterEvent> events;  // the latest 256, oldest first
};

/// One address in front of all processes of a type.
///
/// It gives each request to a process that is ready, keeps connections on both sides, streams
/// bodies both ways, and tries a request once more on another process where that is safe: when a
/// connection was refused, and when a kept connection died without a byte of answer and the request
/// is idempotent or carries an Idempotency-Key. It adds X-Forwarded-For, -Proto and -Host, and
/// X-Request-Id if there is none. A process that is not ready or not listed any more gets no new
/// requests, while those under way come to their end: that is draining.
///
/// Threads: any. Owns: its port and all its connections; the destructor closes them.
/// Errors:  Start: a wrong plan, a port that is taken. What goes wrong later is an answer to a
///          client, with the reason in its body, and a figure of the snapshot.
class Router {
 public:
  static constexpr std::size_t kMaxEvents = 256;
  static constexpr std::string_view kStickyCookie = "twelve_process";

  virtual ~Router() = default;
  virtual std::uint16_t port() const = 0;
  /// Once it returns, no further request goes to a process that is not among them.
  virtual Status SetTargets(std::vector<LoadTarget> targets) = 0;
  /// No new requests for the process of this name, or again. kNotFound when there is none.
  virtual Status Drain(const std::string& name, bool draining) = 0;
  virtual std::shared_ptr<const RouterSnapshot> Snapshot() const = 0;
};

/// Twelve's own router: one event loop, one thread.
Result<std::unique_ptr<Router>> StartRouter(const RouterPlan& plan, SocketHost& sockets,
                                            const LoopThread::MakeLoop& make_loop);

}  // namespace twelve

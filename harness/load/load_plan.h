#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// One process that requests may go to.
struct LoadTarget {
  std::string name;  // "web.1"
  std::uint16_t port = 0;
  std::string address = "127.0.0.1";
  friend bool operator==(const LoadTarget&, const LoadTarget&) = default;
};

/// A part of an open loop's time: at one rate, or with a rate that rises or falls evenly.
struct LoadPhase {
  double from_per_second = 0, to_per_second = 0;
  Duration lasts{};
};

/// One of several kinds of requests that a load is mixed of.
struct LoadKind {
  std::string name;
  double weight = 1;  // its share is its weight over the sum of all
  std::string method = "GET";
  std::string path = "/";
  std::vector<std::string> headers{};  // "Name: value"
  std::string body{};
};

/// What to send, how fast, for how long. Bounded by construction.
struct LoadPlan {
  enum class Loop { kOpenConstant, kOpenPoisson, kClosed } loop = Loop::kOpenConstant;
  double rate_per_second = 100;   // open loop
  std::vector<LoadPhase> phases;  // open loop: instead of the rate and the duration
  int connections = 64;           // at most in flight; the closed loop keeps all busy
  Duration duration{};            // zero: until stopped, at most one hour
  std::uint64_t max_requests = 10'000'000;
  Duration timeout = std::chrono::seconds(10);
  std::string method = "GET";
  std::string path = "/";
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::vector<LoadKind> mix;  // instead of method, path, headers and body
  std::vector<LoadTarget> targets;
  bool allow_external = false;  // targets that are not on loopback
  bool probe_readiness = true;  // balance over targets whose ready_path answers 2xx
  std::string ready_path = "/ready";
  Duration probe_period = std::chrono::milliseconds(50);
  bool retry_elsewhere = false;  // once, when nothing of the answer came and the method is safe
  std::uint64_t seed = 42;       // of the Poisson gaps and of the mix
};
/// What it sends: the mix, or the one kind that the plan's own fields describe.
std::vector<LoadKind> KindsOf(const LoadPlan& plan);
/// How long it plans requests: its duration, or that of its phases; zero: until stopped.
Duration LengthOf(const LoadPlan& plan);
inline constexpr std::size_t kMaxLoadPhases = 100;
inline constexpr std::size_t kMaxLoadKinds = 32;
/// Whether the plan can be carried out; the message names the field. A plan without duration is
/// valid: it ends after kMaxLoadDuration.
Status Validate(const LoadPlan& plan);
inline constexpr Duration kMaxLoadDuration = std::chrono::hours(1);

/// How one request ended. Exactly one of these, as the client saw it.
enum class Outcome : std::uint8_t {
  kOk,           // 2xx or 3xx, complete
  kClientError,  // 4xx
  kServerError,  // 5xx
  kRefused,      // nobody listens
  kConnectTimeout,
  kReset,  // RST before the answer was complete
  kCut,    // end of file before the answer was complete
  kTimeout,
  kNoTarget,  // no process was ready
  kNotSent,   // the queue of planned requests was full: the generator is saturated
};
inline constexpr std::size_t kOutcomes = 10;
std::string_view ToString(Outcome outcome);
inline bool Failed(Outcome outcome) {
  return outcome != Outcome::kOk;
}

/// One request, for lanes and for evidence.
struct RequestRecord {
  TimePoint intended, sent, done;
  std::uint16_t target = 0;  // index into LoadSnapshot::targets; 0 with kNoTarget and kNotSent
  std::uint16_t kind = 0;    // index into LoadSnapshot::kinds
  Outcome outcome = Outcome::kOk;
  int status = 0;          // 0 when no status line came
  bool in_flight = false;  // `done` is the moment of the snapshot
  bool reused = false;     // went out on a kept-alive connection
};

struct LatencySummary {  // microseconds
  double p50 = 0, p90 = 0, p95 = 0, p99 = 0, max = 0, mean = 0;
  std::uint64_t count = 0;
};

/// A tenth of a second of load.
struct LoadTick {
  TimePoint at;  // its end
  std::uint64_t done = 0, failed = 0;
  double p50_us = 0, p99_us = 0, max_us = 0;
  int in_flight = 0, queued = 0;
};

struct TargetState {
  LoadTarget target;
  bool ready = false;
  bool listed = true;  // false: SetTargets took it out; kept, because records point to it
  std::uint64_t sent = 0, done = 0, failed = 0;
  int in_flight = 0;
};

struct LoadKindState {
  std::string name;
  std::uint64_t done = 0, failed = 0;
  LatencySummary response;
};

/// What a load run has come to so far. `planned` = done + failed + in flight + queued.
struct LoadSnapshot {
  TimePoint started, taken;
  bool over = false;
  std::uint64_t planned = 0, sent = 0, done = 0, failed = 0;
  std::uint64_t retried = 0;
  int in_flight = 0, queued = 0;
  std::vector<std::uint64_t> by_outcome;  // indexed by Outcome
  // Of those that were reset or cut:
  std::uint64_t lost_on_reuse = 0;  // without a byte of answer, on a kept connection: its end and
                                    // the request met on their way
  std::uint64_t cut_in_answer = 0;  // after the status line
  std::uint64_t connections = 0;    // that were made
  std::uint64_t silent_connections = 0;  // of these, never answered at all: starved by the service
  double rate_per_second = 0;            // that the plan wants at this moment; 0 in a closed loop
  std::uint64_t waited = 0;              // found all connections in flight and had to wait for one
  // Of answers of any status, and of what was cut, reset or given up at the timeout. A refusal
  // takes no time and would flatter the percentiles: it is a failure and no latency.
  LatencySummary response;  // done - intended: what a user waits
  LatencySummary service;   // done - sent
  // sent - intended: the generator's own delay. Of a request that had to wait for a connection it
  // counts from the moment when one came free: that wait is the service's.
  LatencySummary lag;
  bool saturated = false;  // lag p99 over 10 ms or requests not sent: do not trust the latencies
  std::vector<TargetState> targets;
  std::vector<LoadKindState> kinds;
  std::vector<LoadTick> ticks;          // the latest 600
  std::vector<RequestRecord> requests;  // the latest 8192 finished, oldest first, then in flight
};

}  // namespace twelve

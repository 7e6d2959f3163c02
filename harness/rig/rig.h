#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/load/load_plan.h"
#include "harness/logs/log_store.h"
#include "harness/net/fault_proxy.h"
#include "harness/os/process_host.h"
#include "harness/os/process_table.h"
#include "harness/process/process_spec.h"
#include "harness/process/process_status.h"
#include "harness/router/router.h"

namespace twelve {

/// CPU, memory and threads of one process with its tree, as a series has it.
struct ResourceSample {
  TimePoint at;
  double cpu_percent = 0;  // of one core, since the sample before; 0 in the first
  std::uint64_t rss_bytes = 0;
  int processes = 0, threads = 0, open_files = 0;
};

/// One launched program. A handle: destroying it ends the program and everything it started.
///
/// Threads: the thread that uses the rig.
class Instance {
 public:
  virtual ~Instance() = default;
  virtual ProcessStatus Snapshot() const = 0;
  virtual Status Signal(SignalTarget target, int signal, std::string because) = 0;
  /// Begins the stop; wait for Snapshot().over().
  virtual void Stop(std::string because) = 0;
  virtual void Kill(std::string because) = 0;
  /// Every living process of its tree, orphans that the guardian adopted included; without the
  /// guardian itself. Empty when all are dead.
  virtual std::vector<ProcessInfo> Tree() const = 0;
  virtual std::vector<ListeningSocket> Listeners() const = 0;
  /// The latest sample, taken at most once a second while the program lives.
  virtual ResourceSample Resources() const = 0;
  /// Lines of this life and earlier ones under the same name, oldest first, at most `max` latest.
  virtual std::vector<LogLine> Logs(std::size_t max) const = 0;
};

/// Raw bytes to a loopback port: half a header, a slow reader, a kept-alive second request.
class Connection {
 public:
  enum class State { kConnecting, kOpen, kRefused, kTimedOut, kReset, kEnded, kFailed };
  virtual ~Connection() = default;
  virtual State state() const = 0;
  virtual void Send(std::string_view bytes) = 0;
  virtual void FinishSending() = 0;  // half close
  virtual void PauseReading(bool paused) = 0;
  /// Everything received so far, at most 8 MiB.
  virtual std::string Received() const = 0;
  virtual std::optional<TimePoint> first_byte() const = 0;
  virtual std::optional<TimePoint> last_byte() const = 0;
  virtual std::optional<TimePoint> ended() const = 0;  // EOF or reset
};

/// A parsed HTTP answer.
struct HttpAnswer {
  bool complete = false;  // all bytes that its framing promises have come
  int status = 0;         // 0: no status line
  std::string status_line;
  std::string headers;  // as received, without the status line
  std::string body;
  std::string problem;  // why it is not complete: "reset", "ended after 98543 of 300239 bytes"
  TimePoint sent, first_byte, done;
};

/// Load that runs beside everything else.
class Load {
 public:
  virtual ~Load() = default;
  virtual void SetRate(double per_second) = 0;
  virtual void SetTargets(std::vector<LoadTarget> targets) = 0;
  virtual void Finish() = 0;
  virtual std::shared_ptr<const LoadSnapshot> Snapshot() const = 0;
};

/// All that a check or an experiment may do to an app under test. Local processes today.
///
/// Threads: one thread uses a rig. Behind it a loop thread reads pipes and sockets all the time.
/// Owns:    everything it hands out dies with the rig at the latest.
/// Errors:  values; a rig never ends the program.
class Rig {
 public:
  virtual ~Rig() = default;
  virtual const Clock& clock() const = 0;

  /// The only call that blocks. Asks `predicate` now, after every event, and at least every 20 ms;
  /// true as soon as it holds, false at the deadline or when the session is cancelled.
  virtual bool WaitUntil(const std::function<bool()>& predicate, Deadline deadline) = 0;
  virtual bool cancelled() const = 0;

  /// A free loopback port that no other rig on this machine is given; held while the rig lives.
  virtual Result<std::uint16_t> LeasePort() = 0;
  /// A new empty directory, removed with the rig.
  virtual Result<std::string> MakeDirectory(std::string_view hint) = 0;

  virtual Result<std::unique_ptr<Instance>> Launch(ProcessSpec spec) = 0;
  virtual Result<std::unique_ptr<Connection>> Connect(std::uint16_t port) = 0;
  /// Occupies a port: a listener that accepts nobody, without SO_REUSEPORT.
  virtual Result<std::unique_ptr<Connection>> Occupy(std::uint16_t port) = 0;
  virtual Result<std::unique_ptr<Load>> StartLoad(LoadPlan plan) = 0;
  /// A path to a service on which things can go wrong.
  virtual Result<std::unique_ptr<FaultProxy>> StartProxy(const ProxyPlan& /*plan*/) {
    return Error{ErrorCode::kUnsupported, "this rig has no fault proxy", {}, 0};
  }
  /// One address in front of processes; Deploy::Targets names those of a deploy.
  virtual Result<std::unique_ptr<Router>> StartRouter(const RouterPlan& /*plan*/) {
    return Error{ErrorCode::kUnsupported, "this rig has no router", {}, 0};
  }

  /// What all instances print. Lives on while somebody holds it.
  virtual std::shared_ptr<LogStore> logs() = 0;
};

/// What to ask a process. Host, Connection and, with a body, Content-Length are added.
struct HttpAsk {
  std::string method = "GET";
  std::string path = "/";
  std::string body = {};
  std::vector<std::string> headers = {};  // "Content-Type: application/json"
};
/// One request on a fresh connection, waiting until the answer is complete or the deadline.
HttpAnswer Ask(Rig& rig, std::uint16_t port, const HttpAsk& ask, Deadline deadline);
/// The value of a header of an answer, in any case; empty when it is not there.
std::string HeaderOf(const HttpAnswer& answer, std::string_view name);
/// One GET on a fresh connection, waiting until the answer is complete or the deadline.
HttpAnswer Get(Rig& rig, std::uint16_t port, std::string_view path, Deadline deadline);
/// Reads an answer out of what a connection received; `ended` says that nothing more will come.
HttpAnswer ParseAnswer(std::string_view bytes, bool ended);

}  // namespace twelve

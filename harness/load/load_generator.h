#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "harness/base/result.h"
#include "harness/load/load_plan.h"
#include "harness/loop/event_loop.h"
#include "harness/os/socket_host.h"

namespace twelve {

/// Sends the requests of a LoadPlan to loopback processes and times them.
///
/// In an open loop requests are due at planned moments, whatever the service does; the response
/// time counts from the planned moment, so a stalled service cannot hide its stall.
/// With several targets it balances round robin over those that are ready: it probes ready_path
/// every probe_period (fall after 2 failures, rise after 1; a probe that fails to connect counts at
/// once) and takes back a target that refuses a connection until a probe succeeds.
///
/// Threads: its own loop on its own thread; every method may be called from any thread.
/// Owns:    its thread and sockets; the destructor stops and joins.
/// Errors:  Start rejects a plan without bounds, target or connections, and a target that is not
///          on loopback unless the plan allows it.
class LoadGenerator {
 public:
  /// `make_loop` gives the generator an event loop of its own.
  using MakeLoop = std::function<Result<std::unique_ptr<EventLoop>>()>;
  static Result<std::unique_ptr<LoadGenerator>> Start(LoadPlan plan, SocketHost& sockets,
                                                      const MakeLoop& make_loop);
  virtual ~LoadGenerator() = default;

  virtual void SetRate(double per_second) = 0;
  virtual void SetTargets(std::vector<LoadTarget> targets) = 0;
  /// No new requests; those in flight finish or time out.
  virtual void Finish() = 0;
  /// Taken ten times a second at most; costs the load nothing in between.
  virtual std::shared_ptr<const LoadSnapshot> Snapshot() const = 0;
};

}  // namespace twelve

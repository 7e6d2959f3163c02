#pragma once

#include <memory>
#include <vector>

#include "harness/load/readiness_prober.h"
#include "harness/net/proxy_listener.h"
#include "harness/router/router_client.h"

namespace twelve {

/// The loop's side of a router.
///
/// Threads: the loop's, or any before the loop runs.
/// Owns:    its port, its clients and its connections to processes.
class RouterRun {
 public:
  /// REQUIRES: Validate(plan) is ok.
  RouterRun(const RouterPlan& plan, EventLoop& loop, SocketHost& sockets);
  ~RouterRun();
  RouterRun(const RouterRun&) = delete;
  RouterRun& operator=(const RouterRun&) = delete;

  Status Begin();
  std::uint16_t port() const { return listener_.port(); }
  void SetTargets(const std::vector<LoadTarget>& targets);
  Status Drain(const std::string& name, bool draining);
  std::shared_ptr<const RouterSnapshot> Snapshot() const;

 private:
  void OnClient(UniqueFd fd);
  void OnOver(RouterClient& client);
  void OnProbe(std::uint16_t index, ProbeResult result);
  void OnTick();
  void DropUnused();
  std::string MakeId();

  const RouterPlan plan_;
  EventLoop& loop_;
  SocketHost& sockets_;
  std::vector<char> buffer_;
  TimePoint started_;
  RouterTally tally_;
  RouterTargets targets_;
  UpstreamPool pool_;
  RouterShared shared_;
  ProxyListener listener_;
  std::unique_ptr<ReadinessProber> prober_;
  RouterClient::MakeId make_id_;
  RouterClient::Over over_;
  std::vector<std::unique_ptr<RouterClient>> clients_;
  std::uint64_t id_seed_, ids_ = 0;
  EventLoop::TimerId tick_ = 0;
};

}  // namespace twelve

#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "harness/net/fault_table.h"
#include "harness/router/router_tally.h"
#include "harness/router/router_targets.h"
#include "tests/support/fake_process.h"

namespace twelve {

/// What becomes of a request to a port of a FakeRig.
struct FakeRig::Route {
  enum class Way {
    kDirect,
    kRefused,
    kUnanswered,  // the connection is never taken
    kReset,
    kLost,    // dropped on the way
    kHeld,    // stalled: as long as the fault is there
    kNobody,  // a router has no process that is ready
  } way = Way::kDirect;
  std::shared_ptr<Process> process;  // with kDirect, kLost and kHeld
  Duration delay{};                  // on the way, there and back
  std::string why;                   // with kNobody: what the router says
};

struct FakeRig::ProxyPath {
  explicit ProxyPath(const ProxyPlan& the_plan) : plan(the_plan), faults(the_plan.seed) {}

  const ProxyPlan plan;
  FaultTable faults;
  std::uint64_t accepted = 0;
};

struct FakeRig::RouterPath {
  RouterPath(FakeRig& rig, RouterPlan the_plan)
      : plan(std::move(the_plan)), targets(plan, [this, &rig](std::string text) {
          tally.Tell(rig.clock_.Now(), std::move(text));
        }) {
    targets.Set(plan.targets);
  }

  void LookWhoIsReady(const FakeRig& rig) {
    for (std::size_t i = 0; i < targets.entries().size(); ++i) {
      const auto process = rig.Listener(targets.entries()[i].target.port);
      const bool ready = process && process->status().state == ProcessState::kReady;
      for (int probe = 0; probe < std::max(plan.fall, plan.rise); ++probe) {
        targets.OnProbe(static_cast<std::uint16_t>(i),
                        ready ? ProbeResult::kReady : ProbeResult::kUnreachable);
      }
    }
  }

  const RouterPlan plan;
  RouterTally tally;
  RouterTargets targets;
};

/// A fault proxy in fake time: it delays, holds, loses, resets and refuses whole requests, and
/// knows no bytes. Bandwidth, limits and half closes change nothing here.
class FakeRig::FakeProxy final : public FaultProxy {
 public:
  FakeProxy(FakeRig& rig, std::shared_ptr<ProxyPath> path, std::uint16_t port)
      : rig_(rig), path_(std::move(path)), port_(port) {}
  ~FakeProxy() override { rig_.proxies_.erase(port_); }
  FakeProxy(const FakeProxy&) = delete;
  FakeProxy& operator=(const FakeProxy&) = delete;

  std::uint16_t port() const override { return port_; }
  Result<FaultId> Add(const Fault& fault) override {
    if (Status valid = Validate(fault); !valid) return valid.error();
    return path_->faults.Add(fault, rig_.clock_.Now());
  }
  bool Remove(FaultId id) override { return path_->faults.Remove(id); }
  void Clear() override { path_->faults.Clear(); }
  std::shared_ptr<const ProxySnapshot> Snapshot() const override {
    auto snapshot = std::make_shared<ProxySnapshot>();
    snapshot->taken = rig_.clock_.Now();
    snapshot->port = port_;
    snapshot->target = path_->plan.target;
    path_->faults.Expire(rig_.clock_.Now());
    snapshot->listening = !path_->faults.Has(Fault::Kind::kRefuse);
    snapshot->accepted = path_->accepted;
    snapshot->faults = path_->faults.active();
    return snapshot;
  }

 private:
  FakeRig& rig_;
  std::shared_ptr<ProxyPath> path_;
  std::uint16_t port_;
};

/// A router in fake time: it knows at once who is ready, and never tries a second time.
class FakeRig::FakeRouter final : public Router {
 public:
  FakeRouter(FakeRig& rig, std::shared_ptr<RouterPath> path, std::uint16_t port)
      : rig_(rig), path_(std::move(path)), port_(port) {}
  ~FakeRouter() override { rig_.routers_.erase(port_); }
  FakeRouter(const FakeRouter&) = delete;
  FakeRouter& operator=(const FakeRouter&) = delete;

  std::uint16_t port() const override { return port_; }
  Status SetTargets(std::vector<LoadTarget> targets) override {
    path_->targets.Set(targets);
    return {};
  }
  Status Drain(const std::string& name, bool draining) override {
    return path_->targets.Drain(name, draining);
  }
  std::shared_ptr<const RouterSnapshot> Snapshot() const override {
    path_->LookWhoIsReady(rig_);
    auto snapshot = std::make_shared<RouterSnapshot>();
    snapshot->taken = rig_.clock_.Now();
    snapshot->port = port_;
    snapshot->policy = path_->plan.policy;
    snapshot->sticky = path_->plan.sticky;
    snapshot->requests = path_->tally.requests;
    snapshot->answered = path_->tally.answered;
    snapshot->no_target = path_->tally.no_target;
    snapshot->events = path_->tally.Events();
    for (std::size_t i = 0; i < path_->targets.entries().size(); ++i) {
      const RouterTargets::Entry& entry = path_->targets.entries()[i];
      if (!entry.listed) continue;
      RouterTargetState state;
      state.target = entry.target;
      state.ready = entry.ready;
      state.draining = entry.draining;
      state.why = entry.why;
      path_->tally.Fill(static_cast<std::uint16_t>(i), state);
      snapshot->targets.push_back(std::move(state));
    }
    return snapshot;
  }

 private:
  FakeRig& rig_;
  std::shared_ptr<RouterPath> path_;
  std::uint16_t port_;
};

}  // namespace twelve

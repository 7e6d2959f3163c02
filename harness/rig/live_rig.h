#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/net/port_pool.h"
#include "harness/rig/rig.h"

namespace twelve {

class EndableLoad;
class EndableProxy;
class EndableRouter;
class RigCore;
class RigDirectories;

struct LiveRigOptions {
  std::string guard_path;           // of twelve-guard; empty: beside this program, or TWELVE_BIN
  const Clock* clock = nullptr;     // must outlive the rig and its handles; null: the system's
  LogLimits log_limits;             // of logs()
  std::function<bool()> cancelled;  // asked by WaitUntil on its thread; empty: never
  std::string temporary_root;       // where directories go; empty: $TMPDIR, else /tmp
  std::string port_scope = "twelve-port";  // see PortPool
};

/// Rig over real processes and sockets of this machine.
///
/// Threads: as Rig says; a handle may also be destroyed after its rig.
/// Owns:    a loop thread, all programs, its port leases and its directories. The destructor ends
///          the programs in parallel, waits for them (at most 5 s) and removes the directories. If
///          this program is killed, guardians do the same.
class LiveRig final : public Rig {
 public:
  /// kNotFound when there is no guardian at `guard_path`; kSystem when descriptors ran out.
  static Result<std::unique_ptr<LiveRig>> Create(LiveRigOptions options);
  ~LiveRig() override;
  LiveRig(const LiveRig&) = delete;
  LiveRig& operator=(const LiveRig&) = delete;

  const Clock& clock() const override;
  bool WaitUntil(const std::function<bool()>& predicate, Deadline deadline) override;
  bool cancelled() const override;
  Result<std::uint16_t> LeasePort() override;
  Result<std::string> MakeDirectory(std::string_view hint) override;
  Result<std::unique_ptr<Instance>> Launch(ProcessSpec spec) override;
  Result<std::unique_ptr<Connection>> Connect(std::uint16_t port) override;
  Result<std::unique_ptr<Connection>> Occupy(std::uint16_t port) override;
  Result<std::unique_ptr<Load>> StartLoad(LoadPlan plan) override;
  Result<std::unique_ptr<FaultProxy>> StartProxy(const ProxyPlan& plan) override;
  Result<std::unique_ptr<Router>> StartRouter(const RouterPlan& plan) override;
  std::shared_ptr<LogStore> logs() override;

 private:
  LiveRig(LiveRigOptions options, std::shared_ptr<RigCore> core);

  LiveRigOptions options_;
  std::shared_ptr<RigCore> core_;
  PortPool ports_;
  std::vector<PortLease> leases_;
  std::unique_ptr<RigDirectories> directories_;
  std::vector<std::weak_ptr<EndableLoad>> loads_;
  std::vector<std::weak_ptr<EndableProxy>> proxies_;
  std::vector<std::weak_ptr<EndableRouter>> routers_;
};

}  // namespace twelve

#pragma once

#include <memory>

#include "harness/base/mutex.h"
#include "harness/net/fault_proxy.h"
#include "harness/rig/rig_core.h"

namespace twelve {

/// A fault proxy that its handle and its rig can end: what they share. Threads: any.
class EndableProxy {
 public:
  explicit EndableProxy(std::unique_ptr<FaultProxy> proxy) : proxy_(std::move(proxy)) {}

  Result<FaultId> Add(const Fault& fault);
  bool Remove(FaultId id);
  void Clear();
  std::shared_ptr<const ProxySnapshot> Snapshot() const;
  void End();

 private:
  mutable Mutex mutex_;
  std::unique_ptr<FaultProxy> proxy_ TWELVE_GUARDED_BY(mutex_);
  std::shared_ptr<const ProxySnapshot> last_ TWELVE_GUARDED_BY(mutex_);
};

/// What a LiveRig hands out. Once the rig has ended it still tells what was.
class LiveProxy final : public FaultProxy {
 public:
  LiveProxy(std::shared_ptr<RigCore> core, std::shared_ptr<EndableProxy> proxy, std::uint16_t port)
      : core_(std::move(core)), proxy_(std::move(proxy)), port_(port) {}
  ~LiveProxy() override { proxy_->End(); }
  LiveProxy(const LiveProxy&) = delete;
  LiveProxy& operator=(const LiveProxy&) = delete;

  std::uint16_t port() const override { return port_; }
  Result<FaultId> Add(const Fault& fault) override { return proxy_->Add(fault); }
  bool Remove(FaultId id) override { return proxy_->Remove(id); }
  void Clear() override { proxy_->Clear(); }
  std::shared_ptr<const ProxySnapshot> Snapshot() const override { return proxy_->Snapshot(); }

 private:
  std::shared_ptr<RigCore> core_;  // its sockets are the proxy's
  std::shared_ptr<EndableProxy> proxy_;
  const std::uint16_t port_;
};

}  // namespace twelve

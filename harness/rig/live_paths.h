#pragma once

#include <memory>

#include "harness/base/mutex.h"
#include "harness/net/fault_proxy.h"
#include "harness/rig/rig_core.h"
#include "harness/router/router.h"

namespace twelve {

/// Something with a thread of its own that its handle and its rig can end: what they share. Once it
/// has ended it still tells what was.
///
/// Threads: any.
template <typename Thing, typename Snap>
class Endable {
 public:
  explicit Endable(std::unique_ptr<Thing> thing) : thing_(std::move(thing)) {}

  /// `what(thing)`, or `otherwise` once it has ended.
  template <typename What, typename R>
  R Do(const What& what, R otherwise) {
    MutexLock lock(mutex_);
    return thing_ ? what(*thing_) : std::move(otherwise);
  }
  std::shared_ptr<const Snap> Snapshot() const {
    MutexLock lock(mutex_);
    return thing_ ? thing_->Snapshot() : last_;
  }
  void End() {
    MutexLock lock(mutex_);
    if (!thing_) return;
    last_ = thing_->Snapshot();
    thing_.reset();
  }

 private:
  mutable Mutex mutex_;
  std::unique_ptr<Thing> thing_ TWELVE_GUARDED_BY(mutex_);
  std::shared_ptr<const Snap> last_ TWELVE_GUARDED_BY(mutex_);
};

class EndableProxy final : public Endable<FaultProxy, ProxySnapshot> {
 public:
  using Endable::Endable;
};
class EndableRouter final : public Endable<Router, RouterSnapshot> {
 public:
  using Endable::Endable;
};

// What a LiveRig hands out. Each keeps the core alive: its sockets are theirs.

class LiveProxy final : public FaultProxy {
 public:
  LiveProxy(std::shared_ptr<RigCore> core, std::shared_ptr<EndableProxy> proxy, std::uint16_t port)
      : core_(std::move(core)), proxy_(std::move(proxy)), port_(port) {}
  ~LiveProxy() override { proxy_->End(); }
  LiveProxy(const LiveProxy&) = delete;
  LiveProxy& operator=(const LiveProxy&) = delete;

  std::uint16_t port() const override { return port_; }
  Result<FaultId> Add(const Fault& fault) override;
  bool Remove(FaultId id) override;
  void Clear() override;
  std::shared_ptr<const ProxySnapshot> Snapshot() const override { return proxy_->Snapshot(); }

 private:
  std::shared_ptr<RigCore> core_;
  std::shared_ptr<EndableProxy> proxy_;
  const std::uint16_t port_;
};

class LiveRouter final : public Router {
 public:
  LiveRouter(std::shared_ptr<RigCore> core, std::shared_ptr<EndableRouter> router,
             std::uint16_t port)
      : core_(std::move(core)), router_(std::move(router)), port_(port) {}
  ~LiveRouter() override { router_->End(); }
  LiveRouter(const LiveRouter&) = delete;
  LiveRouter& operator=(const LiveRouter&) = delete;

  std::uint16_t port() const override { return port_; }
  Status SetTargets(std::vector<LoadTarget> targets) override;
  Status Drain(const std::string& name, bool draining) override;
  std::shared_ptr<const RouterSnapshot> Snapshot() const override { return router_->Snapshot(); }

 private:
  std::shared_ptr<RigCore> core_;
  std::shared_ptr<EndableRouter> router_;
  const std::uint16_t port_;
};

}  // namespace twelve

#include "harness/rig/live_proxy.h"

namespace twelve {

Result<FaultId> EndableProxy::Add(const Fault& fault) {
  MutexLock lock(mutex_);
  if (!proxy_) return Error{ErrorCode::kClosed, "the session has ended", {}, 0};
  return proxy_->Add(fault);
}

bool EndableProxy::Remove(FaultId id) {
  MutexLock lock(mutex_);
  return proxy_ && proxy_->Remove(id);
}

void EndableProxy::Clear() {
  MutexLock lock(mutex_);
  if (proxy_) proxy_->Clear();
}

std::shared_ptr<const ProxySnapshot> EndableProxy::Snapshot() const {
  MutexLock lock(mutex_);
  return proxy_ ? proxy_->Snapshot() : last_;
}

void EndableProxy::End() {
  MutexLock lock(mutex_);
  if (!proxy_) return;
  last_ = proxy_->Snapshot();
  proxy_.reset();
}

}  // namespace twelve

#include "harness/rig/live_paths.h"

namespace twelve {
namespace {

Error Ended() {
  return {ErrorCode::kClosed, "the session has ended", {}, 0};
}

}  // namespace

Result<FaultId> LiveProxy::Add(const Fault& fault) {
  return proxy_->Do([&](FaultProxy& proxy) { return proxy.Add(fault); }, Result<FaultId>(Ended()));
}

bool LiveProxy::Remove(FaultId id) {
  return proxy_->Do([&](FaultProxy& proxy) { return proxy.Remove(id); }, false);
}

void LiveProxy::Clear() {
  proxy_->Do(
      [](FaultProxy& proxy) {
        proxy.Clear();
        return true;
      },
      false);
}

Status LiveRouter::SetTargets(std::vector<LoadTarget> targets) {
  return router_->Do([&](Router& router) { return router.SetTargets(std::move(targets)); },
                     Status(Ended()));
}

Status LiveRouter::Drain(const std::string& name, bool draining) {
  return router_->Do([&](Router& router) { return router.Drain(name, draining); }, Status(Ended()));
}

}  // namespace twelve

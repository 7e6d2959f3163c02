#include "factors/07_port_binding/parts/careless_port_binders.h"

namespace twelve {

Result<BoundPort> HardcodedPortBinder::Bind(const std::string& host, std::uint16_t /*port*/) {
  return binder_->Bind(host, kPort);
}

Result<BoundPort> FallbackPortBinder::Bind(const std::string& host, std::uint16_t port) {
  for (std::uint16_t candidate = port; candidate < 65535; ++candidate) {
    Result<BoundPort> bound = binder_->Bind(host, candidate);
    if (bound.ok() || bound.error().code != ErrorCode::kBusy) return bound;
  }
  return binder_->Bind(host, 0);
}

Result<BoundPort> UncheckedPortBinder::Bind(const std::string& host, std::uint16_t port) {
  Result<BoundPort> bound = binder_->Bind(host, port);
  if (bound.ok()) return bound;
  return BoundPort{UniqueFd(), host, port};
}

}  // namespace twelve

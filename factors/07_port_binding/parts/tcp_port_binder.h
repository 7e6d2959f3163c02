#pragma once

#include <string>

#include "factors/contracts/port_binder.h"

namespace twelve {

/// Factor VII: the service brings its own server and exports HTTP by binding to a port that the
/// environment names.
///
/// Binds exactly the port that was asked for, or fails and says why. SO_REUSEADDR, so that a
/// restart does not wait for old connections; never SO_REUSEPORT, which would let a second copy
/// take half of the connections without a word.
///
/// Threads: one.
/// Errors:  see PortBinder; each names the address and what to do.
class TcpPortBinder : public PortBinder {
 public:
  /// Connections that may wait to be accepted: room for a burst.
  static constexpr int kBacklog = 1024;

  Result<BoundPort> Bind(const std::string& host, std::uint16_t port) override;

 protected:
  /// Between the socket and its address.
  virtual void SetOptions(int listener) const;
};

}  // namespace twelve

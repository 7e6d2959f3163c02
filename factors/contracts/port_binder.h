#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// An open port.
struct BoundPort {
  UniqueFd listener;  // a listening socket
  std::string host;
  std::uint16_t port = 0;  // the real one, also when 0 was asked for
};

/// Turns HOST and PORT of the configuration into a listening socket.
///
/// Threads: one.
/// Errors:  kBusy when the port is taken, kInvalid when the host is no address of this machine,
///          kDenied when the port is reserved.
class PortBinder {
 public:
  virtual ~PortBinder() = default;
  virtual Result<BoundPort> Bind(const std::string& host, std::uint16_t port) = 0;
};

}  // namespace twelve

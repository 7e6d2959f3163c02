#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// What a non-blocking read or write came to.
struct IoResult {
  enum class Kind { kDone, kWouldBlock, kEnd, kFailed } kind = Kind::kDone;
  std::size_t bytes = 0;
  int sys_errno = 0;  // with kFailed
};

/// TCP on loopback, non-blocking, close-on-exec, TCP_NODELAY. Threads: any.
class SocketHost {
 public:
  virtual ~SocketHost() = default;
  /// Starts a connection; wait until writable, then ask ConnectError.
  virtual Result<UniqueFd> Connect(const std::string& address, std::uint16_t port) = 0;
  /// 0 when the connection is made, else the errno.
  virtual int ConnectError(int fd) = 0;
  /// SO_REUSEADDR, never SO_REUSEPORT. Port 0 takes a free one. kBusy when the port is taken.
  virtual Result<UniqueFd> Listen(const std::string& address, std::uint16_t port, int backlog) = 0;
  virtual std::uint16_t LocalPort(int fd) = 0;
  /// The port at the other end of a connection; 0 when there is none.
  virtual std::uint16_t PeerPort(int /*fd*/) { return 0; }
  virtual Result<UniqueFd> Accept(int listener) = 0;  // kBusy: nobody is waiting
  virtual IoResult Read(int fd, char* buffer, std::size_t size) = 0;
  virtual IoResult Write(int fd, std::string_view bytes) = 0;
  virtual void ShutdownWrite(int fd) = 0;
  /// The next close of fd sends RST.
  virtual void ResetOnClose(int fd) = 0;
};

}  // namespace twelve

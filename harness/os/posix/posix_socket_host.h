#pragma once

#include <string>

#include "harness/os/socket_host.h"

namespace twelve {

/// SocketHost over the kernel's sockets. Addresses are numbers ("127.0.0.1", "::1") or "localhost",
/// which is 127.0.0.1: no name is ever looked up.
class PosixSocketHost final : public SocketHost {
 public:
  Result<UniqueFd> Connect(const std::string& address, std::uint16_t port) override;
  int ConnectError(int fd) override;
  Result<UniqueFd> Listen(const std::string& address, std::uint16_t port, int backlog) override;
  std::uint16_t LocalPort(int fd) override;
  std::uint16_t PeerPort(int fd) override;
  Result<UniqueFd> Accept(int listener) override;
  IoResult Read(int fd, char* buffer, std::size_t size) override;
  IoResult Write(int fd, std::string_view bytes) override;
  void ShutdownWrite(int fd) override;
  void ResetOnClose(int fd) override;
};

}  // namespace twelve

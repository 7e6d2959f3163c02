#include "harness/os/posix/posix_socket_host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace twelve {
namespace {

/// An IPv4 or IPv6 address with its port.
struct Endpoint {
  sockaddr_storage storage = {};
  socklen_t size = 0;
  int family = AF_INET;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Result<Endpoint> ParseEndpoint(const std::string& address, std::uint16_t port) {
  const std::string text = address == "localhost" ? "127.0.0.1" : address;
  Endpoint endpoint;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&endpoint.storage);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    endpoint.size = sizeof *v4;
    return endpoint;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&endpoint.storage);
  if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    endpoint.size = sizeof *v6;
    endpoint.family = AF_INET6;
    return endpoint;
  }
  return InvalidError("\"" + address + "\" is not an IP address; write one such as 127.0.0.1");
}

void SetOption(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof value);
}

Result<UniqueFd> OpenSocket(int family) {
  UniqueFd fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return SystemError("cannot open a socket", "socket", errno);
  SetOption(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  return fd;
}

std::string Where(const std::string& address, std::uint16_t port) {
  return address + " port " + std::to_string(port);
}

std::uint16_t PortOf(const sockaddr_storage& storage) {
  return ntohs(storage.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

IoResult Failure(int sys_errno) {
  if (sys_errno == EAGAIN || sys_errno == EWOULDBLOCK) return {IoResult::Kind::kWouldBlock, 0, 0};
  return {IoResult::Kind::kFailed, 0, sys_errno};
}

}  // namespace

Result<UniqueFd> PosixSocketHost::Connect(const std::string& address, std::uint16_t port) {
  const Result<Endpoint> endpoint = ParseEndpoint(address, port);
  if (!endpoint) return endpoint.error();
  Result<UniqueFd> fd = OpenSocket(endpoint.value().family);
  if (!fd) return fd;
  if (connect(fd->get(), endpoint.value().get(), endpoint.value().size) != 0 &&
      errno != EINPROGRESS) {
    return SystemError("cannot connect to " + Where(address, port), "connect", errno);
  }
  return fd;
}

int PosixSocketHost::ConnectError(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

Result<UniqueFd> PosixSocketHost::Listen(const std::string& address, std::uint16_t port,
                                         int backlog) {
  const Result<Endpoint> endpoint = ParseEndpoint(address, port);
  if (!endpoint) return endpoint.error();
  Result<UniqueFd> fd = OpenSocket(endpoint.value().family);
  if (!fd) return fd;
  SetOption(fd->get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (bind(fd->get(), endpoint.value().get(), endpoint.value().size) != 0) {
    return SystemError("cannot listen on " + Where(address, port), "bind", errno);
  }
  if (listen(fd->get(), backlog) != 0) {
    return SystemError("cannot listen on " + Where(address, port), "listen", errno);
  }
  return fd;
}

std::uint16_t PosixSocketHost::LocalPort(int fd) {
  sockaddr_storage storage = {};
  socklen_t size = sizeof storage;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return PortOf(storage);
}

std::uint16_t PosixSocketHost::PeerPort(int fd) {
  sockaddr_storage storage = {};
  socklen_t size = sizeof storage;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return PortOf(storage);
}

Result<UniqueFd> PosixSocketHost::Accept(int listener) {
  for (;;) {
    UniqueFd fd(accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.valid()) {
      SetOption(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
      return fd;
    }
    if (errno == EAGAIN) return Error{ErrorCode::kBusy, "nobody is waiting", "accept4", EAGAIN};
    // A client that gave up while it waited is no error of the listener.
    if (errno != EINTR && errno != ECONNABORTED) {
      return SystemError("cannot accept a connection", "accept4", errno);
    }
  }
}

IoResult PosixSocketHost::Read(int fd, char* buffer, std::size_t size) {
  ssize_t got = 0;
  do {
    got = recv(fd, buffer, size, 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return Failure(errno);
  if (got == 0 && size > 0) return {IoResult::Kind::kEnd, 0, 0};
  return {IoResult::Kind::kDone, static_cast<std::size_t>(got), 0};
}

IoResult PosixSocketHost::Write(int fd, std::string_view bytes) {
  ssize_t sent = 0;
  do {
    sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return Failure(errno);
  return {IoResult::Kind::kDone, static_cast<std::size_t>(sent), 0};
}

void PosixSocketHost::ShutdownWrite(int fd) {
  shutdown(fd, SHUT_WR);
}

void PosixSocketHost::ResetOnClose(int fd) {
  const linger reset = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

}  // namespace twelve

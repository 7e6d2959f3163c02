#include "factors/07_port_binding/parts/tcp_port_binder.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

namespace twelve {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Error BindError(const std::string& host, std::uint16_t port, const char* call, int error) {
  const std::string where = host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
  const char* remedy = "";
  if (error == EADDRINUSE) {
    remedy = ", the port is in use: stop the program that has it, or set PORT to another";
  } else if (error == EADDRNOTAVAIL) {
    remedy = ", HOST is no address of this machine";
  } else if (error == EACCES) {
    remedy = ", the port is reserved: set PORT to one above 1023";
  }
  Error result =
      SystemError(fmt::format("cannot serve on {}:{}{}", where, port, remedy), call, error);
  if (error == EADDRNOTAVAIL) result.code = ErrorCode::kInvalid;
  return result;
}

std::uint16_t PortOf(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace

Result<BoundPort> TcpPortBinder::Bind(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  const AddressList addresses(found, &::freeaddrinfo);
  if (problem != 0) {
    return InvalidError(fmt::format("HOST is \"{}\", which is no address to serve on: {}", host,
                                    ::gai_strerror(problem)));
  }
  UniqueFd listener(
      ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!listener.valid()) return BindError(host, port, "socket", errno);
  SetOptions(listener.get());
  if (::bind(listener.get(), found->ai_addr, found->ai_addrlen) != 0) {
    return BindError(host, port, "bind", errno);
  }
  if (::listen(listener.get(), kBacklog) != 0) return BindError(host, port, "listen", errno);
  const std::uint16_t real_port = PortOf(listener.get());
  return BoundPort{std::move(listener), host, real_port};
}

void TcpPortBinder::SetOptions(int listener) const {
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace twelve

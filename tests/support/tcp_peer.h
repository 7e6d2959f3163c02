#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>

#include "harness/base/unique_fd.h"
#include "harness/os/posix/posix_socket_host.h"

namespace twelve {

/// One end of a TCP connection for tests: waits, but never longer than 30 s.
class TcpPeer {
 public:
  static constexpr int kPatienceMs = 30'000;

  TcpPeer() = default;
  explicit TcpPeer(UniqueFd fd) : fd_(std::move(fd)) {}

  /// Whatever becomes of the attempt is in problem().
  static TcpPeer Connect(std::uint16_t port, int patience_ms = kPatienceMs) {
    PosixSocketHost sockets;
    auto fd = sockets.Connect("127.0.0.1", port);
    if (!fd) {
      TcpPeer failed;
      failed.problem_ = fd.error().sys_errno;
      return failed;
    }
    TcpPeer peer(std::move(fd).value());
    peer.problem_ =
        peer.Wait(POLLOUT, patience_ms) ? sockets.ConnectError(peer.fd_.get()) : ETIMEDOUT;
    return peer;
  }
  static TcpPeer Accept(int listener, int patience_ms = kPatienceMs) {
    PosixSocketHost sockets;
    pollfd waiting = {listener, POLLIN, 0};
    if (poll(&waiting, 1, patience_ms) != 1) return {};
    auto fd = sockets.Accept(listener);
    return fd ? TcpPeer(std::move(fd).value()) : TcpPeer();
  }

  bool open() const { return fd_.valid() && problem_ == 0; }
  int problem() const { return problem_; }  // errno of what went wrong first; 0: nothing
  bool ended() const { return ended_; }     // the other side sends no more
  int fd() const { return fd_.get(); }

  bool Send(std::string_view bytes) {
    while (!bytes.empty() && problem_ == 0) {
      const IoResult written = sockets_.Write(fd_.get(), bytes);
      if (written.kind == IoResult::Kind::kDone) {
        bytes.remove_prefix(written.bytes);
      } else if (written.kind != IoResult::Kind::kWouldBlock) {
        problem_ = written.sys_errno;
      } else if (!Wait(POLLOUT, kPatienceMs)) {
        problem_ = ETIMEDOUT;
      }
    }
    return bytes.empty();
  }

  /// So many bytes, or fewer if there will be no more.
  std::string Receive(std::size_t size) {
    std::string received;
    while (received.size() < size && Step(received, size - received.size(), kPatienceMs)) {
    }
    return received;
  }
  std::string ReceiveAll() { return Receive(std::string::npos / 2); }
  /// What is there now, or comes within that time.
  std::string Peek(int wait_ms) {
    std::string received;
    Step(received, 65536, wait_ms);
    return received;
  }

  void ShutdownWrite() { sockets_.ShutdownWrite(fd_.get()); }
  void Reset() {
    sockets_.ResetOnClose(fd_.get());
    fd_.Reset();
  }
  void Close() { fd_.Reset(); }

 private:
  bool Wait(short events, int patience_ms) const {
    pollfd waiting = {fd_.get(), events, 0};
    return poll(&waiting, 1, patience_ms) == 1;
  }

  bool Step(std::string& received, std::size_t size, int patience_ms) {
    if (!fd_.valid() || problem_ != 0 || ended_) return false;
    char buffer[65536];
    const IoResult read = sockets_.Read(fd_.get(), buffer, std::min(size, sizeof buffer));
    switch (read.kind) {
      case IoResult::Kind::kDone:
        received.append(buffer, read.bytes);
        return true;
      case IoResult::Kind::kEnd:
        ended_ = true;
        return false;
      case IoResult::Kind::kFailed:
        problem_ = read.sys_errno;
        return false;
      case IoResult::Kind::kWouldBlock:
        break;
    }
    if (!Wait(POLLIN, patience_ms)) {
      if (patience_ms == kPatienceMs) problem_ = ETIMEDOUT;
      return false;
    }
    return Step(received, size, patience_ms);
  }

  PosixSocketHost sockets_;
  UniqueFd fd_;
  int problem_ = 0;
  bool ended_ = false;
};

}  // namespace twelve

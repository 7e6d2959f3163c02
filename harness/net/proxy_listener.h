#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/base/unique_fd.h"
#include "harness/loop/event_loop.h"
#include "harness/net/endpoint.h"
#include "harness/os/socket_host.h"

namespace twelve {

/// The port of a proxy: open, closed as if nobody were there, or so full that the kernel answers no
/// further connection.
///
/// Threads: the loop's.
/// Owns:    the listener, and the connections to itself that keep its backlog full.
/// Errors:  a port that somebody else took while it was closed is tried again; see problem().
class ProxyListener {
 public:
  enum class Mode { kOpen, kRefuse, kFull };
  /// `accepted` gets each new connection.
  ProxyListener(EventLoop& loop, SocketHost& sockets, std::function<void(UniqueFd)> accepted);
  ~ProxyListener();
  ProxyListener(const ProxyListener&) = delete;
  ProxyListener& operator=(const ProxyListener&) = delete;

  /// Port 0 takes a free one, which stays the same from then on.
  Status Open(const Endpoint& where);
  void Become(Mode mode);

  std::uint16_t port() const { return where_.port; }
  bool listening() const { return listener_.valid(); }
  const std::string& problem() const { return problem_; }

 private:
  void Close();
  Status Listen();
  void ListenOrRetry();
  void Watch();
  void OnAcceptable();
  void ComeBack(Duration delay, std::function<void()> task);

  EventLoop& loop_;
  SocketHost& sockets_;
  std::function<void(UniqueFd)> accepted_;
  Endpoint where_;
  Mode mode_ = Mode::kOpen;
  UniqueFd listener_;
  bool watched_ = false;
  std::vector<UniqueFd> fillers_;
  EventLoop::TimerId timer_ = 0;
  std::string problem_;
};

}  // namespace twelve

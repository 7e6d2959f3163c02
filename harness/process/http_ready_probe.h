#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "harness/base/unique_fd.h"
#include "harness/loop/event_loop.h"
#include "harness/net/http_answer.h"
#include "harness/os/socket_host.h"

namespace twelve {

/// Asks a port on 127.0.0.1 by GET, again and again, until a complete answer with a status below
/// 500 has come.
///
/// Threads: the loop's.
/// Owns:    its connection and its timer; ends both when destroyed.
/// Errors:  an attempt that fails is followed by the next; problem() says what the latest met.
class HttpReadyProbe {
 public:
  static constexpr Duration kRetry = std::chrono::milliseconds(20);
  /// An attempt that has no complete answer by then is given up: first requests that compile or
  /// connect take seconds, a connection that a dying process has accepted takes for ever.
  static constexpr Duration kAttempt = std::chrono::seconds(15);

  /// `ready` is called once, with the status, and may destroy the probe.
  HttpReadyProbe(EventLoop& loop, SocketHost& sockets, std::uint16_t port, const std::string& path,
                 std::function<void(int status)> ready);
  ~HttpReadyProbe();
  HttpReadyProbe(const HttpReadyProbe&) = delete;
  HttpReadyProbe& operator=(const HttpReadyProbe&) = delete;

  /// Why it is not ready yet, such as "nobody listens on port 5000".
  const std::string& problem() const { return problem_; }

 private:
  void Attempt();
  void OnEvent(FdEvents events);
  void Send();
  void Receive();
  void Judge();
  void Fail(std::string problem);
  void Close();

  EventLoop& loop_;
  SocketHost& sockets_;
  std::uint16_t port_;
  std::string request_;
  std::function<void(int)> ready_;

  UniqueFd connection_;
  bool connected_ = false;
  std::size_t sent_ = 0;
  HttpAnswerParser answer_;
  EventLoop::TimerId timer_ = 0;  // of the attempt, or of the next
  std::string problem_;
};

}  // namespace twelve

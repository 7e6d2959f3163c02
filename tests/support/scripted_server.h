#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "harness/base/clock.h"
#include "harness/base/mutex.h"
#include "harness/base/unique_fd.h"
#include "harness/loop/event_loop.h"
#include "harness/os/posix/posix_socket_host.h"

namespace twelve {

/// What a ScriptedServer does with one request.
struct ScriptedReply {
  enum class Then { kKeep, kClose, kReset };
  std::string bytes;        // sent as they are
  Then then = Then::kKeep;  // after the last byte
  Duration delay{};         // before the first byte
  std::size_t drip = 0;     // so many bytes at a time; 0: all at once
  Duration drip_gap{};      // between the drips
};
/// A whole answer with its Content-Length.
std::string HttpReply(int status, std::string_view body, std::string_view extra_headers = {});

/// An HTTP server for tests that does exactly what its script says, wrong things too. It listens on
/// 127.0.0.1 in a thread of its own.
///
/// Threads: the script runs on the server's thread; everything else may be called from any thread.
/// Errors:  port() is 0 when it could not listen.
class ScriptedServer {
 public:
  /// Gets the request line without the version, such as "GET /ready".
  using Script = std::function<ScriptedReply(const std::string& request)>;

  /// `port` 0 takes a free one.
  explicit ScriptedServer(Script script, std::uint16_t port = 0);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// Requests that were read to their end.
  std::uint64_t requests() const { return requests_; }
  std::uint64_t connections() const { return connections_; }

  /// As SIGSTOP would: the kernel goes on accepting, the program does nothing until Resume.
  void Pause();
  void Resume();
  /// As SIGKILL would: refuses from now on, resets or ends every connection.
  void Die();
  /// Ends connections that are waiting for a next request.
  void CloseIdle();

 private:
  struct Client {
    UniqueFd fd;
    std::string in, out;
    bool replying = false;
    ScriptedReply reply;
    EventLoop::TimerId timer = 0;
  };

  void OnLoop(std::function<void()> task);
  void OnAccept();
  void OnEvents(int fd);
  void NextRequest(int fd);
  void Drip(int fd);
  bool Flush(Client& client);
  void EndReply(int fd);
  void Drop(int fd, bool reset);

  Script script_;
  PosixSocketHost sockets_;
  SystemClock clock_;
  std::unique_ptr<EventLoop> loop_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::map<int, Client> clients_;
  std::atomic<std::uint64_t> requests_ = 0, connections_ = 0;
  Mutex pause_mutex_;
  CondVar pause_changed_;
  bool paused_ TWELVE_GUARDED_BY(pause_mutex_) = false;
  bool stopped_ TWELVE_GUARDED_BY(pause_mutex_) = false;
  std::thread thread_;
};

}  // namespace twelve

#pragma once

#include <cstdint>

#include "harness/base/unique_fd.h"
#include "harness/load/load_plan.h"
#include "harness/loop/event_loop.h"
#include "harness/os/socket_host.h"

namespace twelve {

/// A connection of the router to a process. It carries one exchange at a time and may be kept for
/// the next.
///
/// Passive: it remembers what may be read and written and says that something happened; reading
/// and writing is its user's.
///
/// Threads: the loop's. Owns: its socket.
class UpstreamConnection {
 public:
  class User {
   public:
    /// Something may be done now that would have blocked before. May destroy the connection.
    virtual void OnUpstream(UpstreamConnection& connection) = 0;

   protected:
    ~User() = default;
  };

  UpstreamConnection(EventLoop& loop, SocketHost& sockets, std::uint16_t target)
      : loop_(loop), sockets_(sockets), target_(target) {}
  ~UpstreamConnection() { Close(); }
  UpstreamConnection(const UpstreamConnection&) = delete;
  UpstreamConnection& operator=(const UpstreamConnection&) = delete;

  /// Begins to connect.
  Status Open(const LoadTarget& target);
  void SetUser(User* user) { user_ = user; }
  /// While connecting: true once there is an outcome, which is then in connect_error().
  bool Settle();

  IoResult Read(char* buffer, std::size_t size);
  IoResult Write(std::string_view bytes);
  void Close();

  std::uint16_t target() const { return target_; }
  bool connecting() const { return connecting_; }
  int connect_error() const { return connect_error_; }
  bool readable() const { return readable_; }
  bool writable() const { return writable_; }
  /// Nothing has come on it while it was kept, and it has not ended.
  bool StillOpen();

  TimePoint kept_since;  // the owner's note
  bool reused = false;   // the owner's note

 private:
  EventLoop& loop_;
  SocketHost& sockets_;
  const std::uint16_t target_;
  User* user_ = nullptr;
  UniqueFd fd_;
  bool connecting_ = false, readable_ = false, writable_ = false;
  int connect_error_ = 0;
};

}  // namespace twelve

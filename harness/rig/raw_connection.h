#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/mutex.h"
#include "harness/base/unique_fd.h"
#include "harness/loop/event_loop.h"
#include "harness/os/socket_host.h"
#include "harness/rig/news.h"
#include "harness/rig/rig.h"

namespace twelve {

/// The loop's side of a Connection: does what it is told and keeps what comes.
///
/// Threads: what looks (state, Received, the moments) may be called from any thread; the rest on
///          the loop's. Must be closed on the loop's thread before it is destroyed.
/// Owns:    its socket.
class RawConnection {
 public:
  static constexpr std::size_t kMaxReceived = std::size_t{8} << 20;

  RawConnection(EventLoop& loop, SocketHost& sockets, News& news);
  ~RawConnection() = default;
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void Open(std::uint16_t port);
  void Send(std::string_view bytes);
  void FinishSending();
  void PauseReading(bool paused);
  void Close();

  Connection::State state() const;
  std::string Received() const;
  std::optional<TimePoint> first_byte() const;
  std::optional<TimePoint> last_byte() const;
  std::optional<TimePoint> ended() const;

 private:
  void OnEvents(FdEvents events);
  void OnConnected();
  void Write();
  void Read();
  void Keep(std::string_view bytes);
  void Become(Connection::State state);
  void Watch();

  EventLoop& loop_;
  SocketHost& sockets_;
  News& news_;
  UniqueFd fd_;
  bool watched_ = false, connected_ = false, paused_ = false, finish_ = false, shut_ = false;
  bool read_ended_ = false, write_failed_ = false;
  std::string unsent_;

  mutable Mutex mutex_;
  Connection::State state_ TWELVE_GUARDED_BY(mutex_) = Connection::State::kConnecting;
  std::string received_ TWELVE_GUARDED_BY(mutex_);
  std::optional<TimePoint> first_byte_ TWELVE_GUARDED_BY(mutex_);
  std::optional<TimePoint> last_byte_ TWELVE_GUARDED_BY(mutex_);
  std::optional<TimePoint> ended_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

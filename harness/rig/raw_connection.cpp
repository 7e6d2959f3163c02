#include "harness/rig/raw_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace twelve {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

Connection::State StateOfConnectError(int sys_errno) {
  switch (sys_errno) {
    case ECONNREFUSED:
      return Connection::State::kRefused;
    case ETIMEDOUT:
      return Connection::State::kTimedOut;
    case ECONNRESET:
      return Connection::State::kReset;
    default:
      return Connection::State::kFailed;
  }
}

}  // namespace

RawConnection::RawConnection(EventLoop& loop, SocketHost& sockets, News& news)
    : loop_(loop), sockets_(sockets), news_(news) {}

void RawConnection::Open(std::uint16_t port) {
  auto fd = sockets_.Connect("127.0.0.1", port);
  if (!fd) return Become(StateOfConnectError(fd.error().sys_errno));
  fd_ = std::move(fd).value();
  Watch();
}

void RawConnection::Send(std::string_view bytes) {
  if (!fd_.valid() || finish_ || write_failed_) return;
  unsent_ += bytes;
  if (connected_) Write();
}

void RawConnection::FinishSending() {
  if (!fd_.valid() || finish_) return;
  finish_ = true;
  if (connected_) Write();
}

void RawConnection::PauseReading(bool paused) {
  paused_ = paused;
  Watch();
}

void RawConnection::Close() {
  if (watched_) loop_.Unwatch(fd_.get());
  watched_ = false;
  fd_.Reset();
}

/// Watches for what is of interest now, and for nothing when nothing is: a descriptor that is only
/// watched for its end would wake the loop again and again.
void RawConnection::Watch() {
  if (!fd_.valid()) return;
  const EventLoop::Interest interest = {
      .readable = connected_ && !paused_ && !read_ended_,
      .writable = !connected_ || (!unsent_.empty() && !write_failed_)};
  if (!interest.readable && !interest.writable) {
    if (watched_) loop_.Unwatch(fd_.get());
    watched_ = false;
    return;
  }
  const Status status =
      watched_ ? loop_.Change(fd_.get(), interest)
               : loop_.Watch(fd_.get(), interest, [this](FdEvents events) { OnEvents(events); });
  watched_ = status.ok();
  if (!status) {
    fd_.Reset();
    Become(Connection::State::kFailed);
  }
}

void RawConnection::OnEvents(FdEvents events) {
  if (!connected_) return OnConnected();
  if (events.writable || events.hang_up) Write();
  if (!paused_ && (events.readable || events.hang_up)) Read();
}

void RawConnection::OnConnected() {
  const int sys_errno = sockets_.ConnectError(fd_.get());
  if (sys_errno != 0) {
    Close();
    return Become(StateOfConnectError(sys_errno));
  }
  connected_ = true;
  Become(Connection::State::kOpen);
  Write();
}

void RawConnection::Write() {
  while (!unsent_.empty() && !write_failed_) {
    const IoResult written = sockets_.Write(fd_.get(), unsent_);
    if (written.kind == IoResult::Kind::kWouldBlock) break;
    if (written.kind == IoResult::Kind::kDone) {
      unsent_.erase(0, written.bytes);
    } else {
      // The kernel tells of a reset once, to whichever call comes first: remember it for Read.
      write_failed_ = true;
    }
  }
  if (finish_ && !shut_ && unsent_.empty() && !write_failed_) {
    shut_ = true;
    sockets_.ShutdownWrite(fd_.get());
  }
  Watch();
  if (write_failed_ && !paused_ && !read_ended_) Read();
}

void RawConnection::Read() {
  std::array<char, kReadBytes> buffer;
  for (;;) {
    const IoResult read = sockets_.Read(fd_.get(), buffer.data(), buffer.size());
    if (read.kind == IoResult::Kind::kWouldBlock) return;
    if (read.kind == IoResult::Kind::kDone) {
      Keep({buffer.data(), read.bytes});
      if (read.bytes < buffer.size()) return;  // level-triggered: more would wake us again
      continue;
    }
    read_ended_ = true;
    Watch();
    const bool reset = read.kind == IoResult::Kind::kFailed || write_failed_;
    return Become(reset ? Connection::State::kReset : Connection::State::kEnded);
  }
}

void RawConnection::Keep(std::string_view bytes) {
  const TimePoint now = loop_.clock().Now();
  {
    MutexLock lock(mutex_);
    if (!first_byte_) first_byte_ = now;
    last_byte_ = now;
    received_ += bytes.substr(0, kMaxReceived - std::min(kMaxReceived, received_.size()));
  }
  news_.Tell();
}

void RawConnection::Become(Connection::State state) {
  {
    MutexLock lock(mutex_);
    state_ = state;
    if (state != Connection::State::kOpen) ended_ = loop_.clock().Now();
  }
  news_.Tell();
}

Connection::State RawConnection::state() const {
  MutexLock lock(mutex_);
  return state_;
}

std::string RawConnection::Received() const {
  MutexLock lock(mutex_);
  return received_;
}

std::optional<TimePoint> RawConnection::first_byte() const {
  MutexLock lock(mutex_);
  return first_byte_;
}

std::optional<TimePoint> RawConnection::last_byte() const {
  MutexLock lock(mutex_);
  return last_byte_;
}

std::optional<TimePoint> RawConnection::ended() const {
  MutexLock lock(mutex_);
  return ended_;
}

}  // namespace twelve

#include "harness/load/load_connection.h"

#include <cerrno>

namespace twelve {
namespace {

Outcome OutcomeOfConnectError(int sys_errno) {
  switch (sys_errno) {
    case ECONNREFUSED:
      return Outcome::kRefused;
    case ETIMEDOUT:
      return Outcome::kConnectTimeout;
    case ECONNRESET:
      return Outcome::kReset;
    default:
      return Outcome::kNotSent;  // out of ports or descriptors: not the target's doing
  }
}

}  // namespace

Outcome OutcomeOfStatus(int status) {
  if (status >= 200 && status < 400) return Outcome::kOk;
  return status >= 400 && status < 500 ? Outcome::kClientError : Outcome::kServerError;
}

LoadConnection::LoadConnection(EventLoop& loop, SocketHost& sockets, Listener& listener,
                               std::span<char> buffer)
    : loop_(loop), sockets_(sockets), listener_(listener), buffer_(buffer) {}

LoadConnection::~LoadConnection() {
  Close();
}

void LoadConnection::Close() {
  if (fd_.valid()) {
    loop_.Unwatch(fd_.get());
    fd_.Reset();
  }
  state_ = State::kClosed;
}

void LoadConnection::Assign(const LoadRequest& request, std::uint16_t target) {
  request_ = request;
  target_ = target;
}

void LoadConnection::Send(const LoadTarget& target, std::string_view bytes, bool to_head) {
  unsent_ = bytes;
  write_failed_ = false;
  parser_.Reset(to_head);
  if (state_ == State::kIdle) {
    reused_ = true;
    state_ = State::kBusy;
    Write();
    return;
  }
  reused_ = false;
  answers_ = 0;
  state_ = State::kConnecting;
  auto fd = sockets_.Connect(target.address, target.port);
  if (!fd) return Fail(OutcomeOfConnectError(fd.error().sys_errno));
  fd_ = std::move(fd).value();
  // Edge-triggered: one registration serves connecting, writing and reading.
  const Status watched = loop_.Watch(fd_.get(), {.readable = true, .writable = true, .edge = true},
                                     [this](FdEvents events) { OnEvents(events); });
  if (!watched) {
    fd_.Reset();
    Fail(Outcome::kNotSent);
  }
}

void LoadConnection::OnEvents(FdEvents events) {
  if (state_ == State::kConnecting) {
    if (!events.writable && !events.hang_up) return;
    OnConnected();
  } else if (state_ == State::kBusy && events.writable && !unsent_.empty()) {
    Write();
  }
  if (!events.readable && !events.hang_up) return;
  if (state_ == State::kBusy) {
    Read();
  } else if (state_ == State::kIdle && !StillOpen()) {
    Close();
    listener_.OnIdleEnd(*this);
  }
}

void LoadConnection::OnConnected() {
  const int sys_errno = sockets_.ConnectError(fd_.get());
  if (sys_errno != 0) return Fail(OutcomeOfConnectError(sys_errno));
  state_ = State::kBusy;
  Write();
}

void LoadConnection::Write() {
  while (!unsent_.empty()) {
    const IoResult written = sockets_.Write(fd_.get(), unsent_);
    if (written.kind == IoResult::Kind::kWouldBlock) return;
    if (written.kind != IoResult::Kind::kDone) {
      // The answer may be here although the rest of the request cannot be sent: read it. The
      // kernel tells of a reset once, to whichever call comes first: Read will see a plain end.
      write_failed_ = true;
      return Read();
    }
    unsent_.remove_prefix(written.bytes);
  }
}

void LoadConnection::Read() {
  for (;;) {
    const IoResult read = sockets_.Read(fd_.get(), buffer_.data(), buffer_.size());
    switch (read.kind) {
      case IoResult::Kind::kWouldBlock:
        return;
      case IoResult::Kind::kFailed:
        return Fail(Outcome::kReset);
      case IoResult::Kind::kEnd:
        parser_.End();
        if (parser_.complete()) return Answered(/*clean=*/false);
        return Fail(write_failed_ ? Outcome::kReset : Outcome::kCut);
      case IoResult::Kind::kDone:
        break;
    }
    const std::size_t used = parser_.Feed({buffer_.data(), read.bytes});
    if (parser_.broken()) return Fail(Outcome::kServerError);
    // Bytes after the answer belong to no request: such a connection is not used again.
    if (parser_.complete()) return Answered(used == read.bytes);
  }
}

void LoadConnection::Answered(bool clean) {
  ++answers_;
  if (clean && unsent_.empty() && parser_.reusable()) {
    state_ = State::kIdle;
  } else {
    Close();
  }
  listener_.OnAnswer(*this);
}

void LoadConnection::Fail(Outcome outcome) {
  Close();
  listener_.OnFailure(*this, outcome);
}

bool LoadConnection::StillOpen() {
  const IoResult read = sockets_.Read(fd_.get(), buffer_.data(), 1);
  return read.kind == IoResult::Kind::kWouldBlock;
}

}  // namespace twelve

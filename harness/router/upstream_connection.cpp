#include "harness/router/upstream_connection.h"

namespace twelve {

Status UpstreamConnection::Open(const LoadTarget& target) {
  auto fd = sockets_.Connect(target.address, target.port);
  if (!fd) return fd.error();
  fd_ = std::move(fd).value();
  connecting_ = true;
  return loop_.Watch(fd_.get(), {.readable = true, .writable = true, .edge = true},
                     [this](FdEvents events) {
                       readable_ = readable_ || events.readable || events.hang_up;
                       writable_ = writable_ || events.writable || events.hang_up;
                       if (user_ != nullptr) user_->OnUpstream(*this);
                     });
}

bool UpstreamConnection::Settle() {
  if (!connecting_ || !writable_) return !connecting_;
  connect_error_ = sockets_.ConnectError(fd_.get());
  connecting_ = false;
  return true;
}

IoResult UpstreamConnection::Read(char* buffer, std::size_t size) {
  const IoResult read = sockets_.Read(fd_.get(), buffer, size);
  if (read.kind == IoResult::Kind::kWouldBlock) readable_ = false;
  return read;
}

IoResult UpstreamConnection::Write(std::string_view bytes) {
  const IoResult written = sockets_.Write(fd_.get(), bytes);
  if (written.kind == IoResult::Kind::kWouldBlock) writable_ = false;
  return written;
}

bool UpstreamConnection::StillOpen() {
  if (!fd_.valid()) return false;
  char byte = 0;
  return Read(&byte, 1).kind == IoResult::Kind::kWouldBlock;
}

void UpstreamConnection::Close() {
  if (!fd_.valid()) return;
  loop_.Unwatch(fd_.get());
  fd_.Reset();
}

}  // namespace twelve

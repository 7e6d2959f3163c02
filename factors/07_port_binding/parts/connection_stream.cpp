#include "factors/07_port_binding/parts/connection_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace twelve {
namespace {

constexpr std::size_t kInputBytes = 16 * 1024;
constexpr std::size_t kOutputBytes = 64 * 1024;  // what is kept before some of it is sent

/// Rounded up, so that a wait never ends just before its time.
int PollMs(Duration left) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

}  // namespace

ConnectionStream::ConnectionStream(int socket, Duration write_timeout, const Clock& clock)
    : socket_(socket), write_timeout_(write_timeout), clock_(clock) {}

void ConnectionStream::Allow(Duration how_long, std::size_t bytes) {
  read_until_ = clock_.Now() + how_long;
  allowed_ = bytes;
  taken_ = 0;
  muted_ = false;
}

bool ConnectionStream::WaitFor(short events, TimePoint until) const {
  for (;;) {
    pollfd wanted{socket_, events, 0};
    const int ready = ::poll(&wanted, 1, PollMs(Deadline(until).Left(clock_)));
    if (ready > 0) return true;
    if (ready == 0 && Deadline(until).Passed(clock_)) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool ConnectionStream::is_readable() const {
  return HasBuffered() || WaitFor(POLLIN, read_until_);
}

bool ConnectionStream::is_writable() const {
  return WaitFor(POLLOUT, clock_.Now() + write_timeout_);
}

bool ConnectionStream::Fill() {
  // The client may be waiting for something of ours ("100 Continue") before it sends more.
  if (!Flush()) return false;
  if (!WaitFor(POLLIN, read_until_)) {
    fault_ = Fault::kTimeout;
    return false;
  }
  if (Receive(0) <= 0) fault_ = Fault::kGone;
  return HasBuffered();
}

bool ConnectionStream::TakeWhatCame() {
  return HasBuffered() || Receive(MSG_DONTWAIT) > 0;
}

ssize_t ConnectionStream::Receive(int flags) {
  if (input_.empty()) input_.resize(kInputBytes);
  next_ = 0;
  ssize_t got = 0;
  do {
    got = ::recv(socket_, input_.data(), input_.size(), flags);
  } while (got < 0 && errno == EINTR);
  end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  return got;
}

ssize_t ConnectionStream::read(char* bytes, size_t size) {
  if (fault_ != Fault::kNone) return -1;
  if (taken_ >= allowed_) {
    fault_ = Fault::kTooLarge;
    return -1;
  }
  if (!HasBuffered() && !Fill()) return -1;
  const std::size_t count = std::min({size, end_ - next_, allowed_ - taken_});
  std::memcpy(bytes, input_.data() + next_, count);
  next_ += count;
  taken_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t ConnectionStream::write(const char* bytes, size_t size) {
  if (muted_) return static_cast<ssize_t>(size);
  output_.append(bytes, size);
  written_ += size;
  if (output_.size() >= kOutputBytes && !Flush()) return -1;
  return static_cast<ssize_t>(size);
}

bool ConnectionStream::Flush() {
  std::size_t done = 0;
  while (done < output_.size() && fault_ != Fault::kGone) {
    const ssize_t sent =
        ::send(socket_, output_.data() + done, output_.size() - done, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      done += static_cast<std::size_t>(sent);
    } else if (errno == EINTR || (errno == EAGAIN && is_writable())) {
      continue;
    } else {
      fault_ = Fault::kGone;
    }
  }
  const bool all = done == output_.size();
  output_.clear();
  return all;
}

}  // namespace twelve

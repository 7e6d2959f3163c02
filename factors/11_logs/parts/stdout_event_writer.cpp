#include "factors/11_logs/parts/stdout_event_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace twelve {

StdoutEventWriter::StdoutEventWriter(int fd, JsonEventFormat format)
    : format_(std::move(format)), fd_(fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return;
  if (S_ISSOCK(status.st_mode)) {
    kind_ = Kind::kSocket;
  } else if (S_ISREG(status.st_mode)) {
    kind_ = Kind::kNeverBlocks;
  } else {
    // O_NONBLOCK belongs to the opening, not to the number: a second opening has its own.
    own_ = UniqueFd(::open(fmt::format("/proc/self/fd/{}", fd).c_str(),
                           O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!own_.valid()) return;  // another user's pipe, or no /proc: ask before each write
    fd_ = own_.get();
    kind_ = S_ISFIFO(status.st_mode) ? Kind::kPipe : Kind::kNeverBlocks;
  }
}

void StdoutEventWriter::Write(const Event& event) {
  const std::optional<std::string> line = format_.Line(event);
  if (!line) return;
  // A pipe takes a line of up to PIPE_BUF bytes whole or not at all: nothing to keep in order.
  if (kind_ == Kind::kPipe && all_told_ && WriteSome(*line) > 0) return;
  MutexLock lock(mutex_);
  if (untold_ > 0) {
    const std::optional<std::string> notice = format_.Line(
        {"events_dropped",
         {{"count", static_cast<std::int64_t>(untold_)}, {"reason", "nobody read stdout"}},
         EventLevel::kError});
    if (notice && WriteLine(*notice)) untold_ = 0;
  }
  if (untold_ > 0 || !WriteLine(*line)) {
    ++dropped_;
    ++untold_;
  }
  all_told_ = untold_ == 0;
}

std::uint64_t StdoutEventWriter::Dropped() const {
  MutexLock lock(mutex_);
  return dropped_;
}

bool StdoutEventWriter::WriteLine(const std::string& line) {
  if (!rest_.empty()) {
    const long written = WriteSome(rest_);
    if (written > 0) rest_.erase(0, static_cast<std::size_t>(written));
    if (!rest_.empty()) return false;
  }
  const long written = WriteSome(line);
  if (written <= 0) return false;
  rest_ = line.substr(static_cast<std::size_t>(written));
  return true;
}

long StdoutEventWriter::WriteSome(const std::string& bytes) const {
  if (kind_ == Kind::kAskFirst) {
    // A pipe is writable when at least PIPE_BUF bytes fit: a line, whole.
    pollfd ready{fd_, POLLOUT, 0};
    if (::poll(&ready, 1, 0) <= 0) return -1;
  }
  for (;;) {
    const ssize_t written = kind_ == Kind::kSocket ? ::send(fd_, bytes.data(), bytes.size(),
                                                            MSG_DONTWAIT | MSG_NOSIGNAL)
                                                   : ::write(fd_, bytes.data(), bytes.size());
    if (written >= 0 || errno != EINTR) return written;
  }
}

}  // namespace twelve

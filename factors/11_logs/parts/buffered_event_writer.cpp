#include "factors/11_logs/parts/buffered_event_writer.h"

#include <unistd.h>

namespace twelve {

BufferedEventWriter::BufferedEventWriter(int fd, JsonEventFormat format)
    : fd_(fd), format_(std::move(format)) {}

BufferedEventWriter::~BufferedEventWriter() {
  MutexLock lock(mutex_);
  Flush();
}

void BufferedEventWriter::Write(const Event& event) {
  const std::optional<std::string> line = format_.Line(event);
  if (!line) return;
  MutexLock lock(mutex_);
  buffer_ += *line;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void BufferedEventWriter::Flush() {
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t written = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (written <= 0) break;
    done += static_cast<std::size_t>(written);
  }
  buffer_.clear();
}

}  // namespace twelve

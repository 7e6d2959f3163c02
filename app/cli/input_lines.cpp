#include "app/cli/input_lines.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "harness/os/posix/posix_event_loop.h"

namespace twelve {

InputLines::InputLines(const Clock& clock, int fd) : fd_(fd) {
  auto loop = PosixEventLoop::Create(clock);
  if (!loop) return;
  loop_ = std::move(loop).value();
  const Status watched = loop_->Watch(fd_, {}, [this](FdEvents) { OnReadable(); });
  // A file cannot be watched, because it never makes anybody wait: it is read right away.
  if (!watched) loop_->Post([this] { OnReadable(); });
  thread_ = std::thread([this] { loop_->Run(); });
}

InputLines::~InputLines() {
  if (!thread_.joinable()) return;
  loop_->Stop();
  thread_.join();
}

void InputLines::OnReadable() {
  char buffer[4096];
  const ssize_t got = read(fd_, buffer, sizeof buffer);
  if (got <= 0) {
    loop_->Unwatch(fd_);
    if (!unfinished_.empty()) Take("\n");
    return;
  }
  Take({buffer, static_cast<std::size_t>(got)});
  const Status still_watched = loop_->Change(fd_, {});
  if (!still_watched) loop_->Post([this] { OnReadable(); });
}

void InputLines::Take(std::string_view bytes) {
  MutexLock lock(mutex_);
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    unfinished_.append(bytes.substr(0, end));
    if (end < bytes.size()) {
      if (unfinished_.size() <= kMaxLine) lines_.push_back(std::move(unfinished_));
      unfinished_.clear();
    }
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (unfinished_.size() > kMaxLine) unfinished_.resize(kMaxLine + 1);
  }
}

std::optional<std::string> InputLines::Next() {
  MutexLock lock(mutex_);
  if (lines_.empty()) return std::nullopt;
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

}  // namespace twelve

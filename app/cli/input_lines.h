#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "harness/base/clock.h"
#include "harness/base/mutex.h"
#include "harness/loop/event_loop.h"

namespace twelve {

/// The lines of standard input as they come, for a command that is at work meanwhile.
///
/// Threads: Next from any.
/// Owns:    a thread that waits for lines; not the descriptor.
/// Errors:  an input that cannot be read has no lines.
class InputLines {
 public:
  static constexpr std::size_t kMaxLine = 4096;  // what is longer is dropped

  InputLines(const Clock& clock, int fd);
  ~InputLines();
  InputLines(const InputLines&) = delete;
  InputLines& operator=(const InputLines&) = delete;

  std::optional<std::string> Next();

 private:
  void OnReadable();
  void Take(std::string_view bytes);

  const int fd_;
  std::unique_ptr<EventLoop> loop_;
  std::string unfinished_;
  Mutex mutex_;
  std::deque<std::string> lines_ TWELVE_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace twelve

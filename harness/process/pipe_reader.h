#pragma once

#include <functional>
#include <string_view>

#include "harness/logs/log_ingest.h"
#include "harness/loop/event_loop.h"

namespace twelve {

/// Reads one output pipe of a service into a LogIngest for as long as anybody can write to it.
///
/// Threads: the loop's.
/// Owns:    neither the pipe nor the loop; stops watching when destroyed. What was not complete by
///          then is handed on as a partial line.
/// Errors:  a pipe that cannot be read counts as ended.
class PipeReader {
 public:
  PipeReader(EventLoop& loop, int fd, LogIngest ingest, std::function<void()> at_end);
  ~PipeReader();
  PipeReader(const PipeReader&) = delete;
  PipeReader& operator=(const PipeReader&) = delete;

  /// Reads what is there now, at most as much as a pipe can hold: enough to have all that a dead
  /// writer wrote, without being held up by a living one. Does not call `at_end`.
  void Drain();
  /// Hands on an unfinished line as it is. Bytes that come later begin a new one.
  void FlushPartial();
  bool ended() const { return ended_; }

 private:
  enum class Got { kBytes, kNothing, kEnd };
  Got ReadOnce(std::size_t& bytes);
  void OnReadable();
  void ShowPartialLater();

  EventLoop& loop_;
  int fd_;
  LogIngest ingest_;
  std::function<void()> at_end_;
  EventLoop::TimerId pause_ = 0;
  bool ended_ = false;
};

}  // namespace twelve

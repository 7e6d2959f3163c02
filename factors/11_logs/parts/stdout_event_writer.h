#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "factors/11_logs/parts/json_event_format.h"
#include "factors/contracts/event_sink.h"
#include "harness/base/mutex.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Factor XI: the service writes its event stream, unbuffered, to stdout and knows nothing about
/// where it goes from there.
///
/// Each event is one write(2), made before Write returns. A reader that does not read, or is gone,
/// costs events and never time: they are dropped and counted, and as soon as there is room again
/// an "events_dropped" event says how many.
///
/// Threads: any; writers never wait for the reader, and on a pipe that has room not for each other
///          either: the kernel keeps their lines apart.
/// Owns:    its own opening of the pipe or terminal, so that making that non-blocking changes
///          nothing for other programs which share it. SIGPIPE must be ignored.
/// Errors:  see EventSink.
class StdoutEventWriter final : public EventSink {
 public:
  /// `fd` stays the caller's and must outlive the writer.
  StdoutEventWriter(int fd, JsonEventFormat format);

  void Write(const Event& event) override TWELVE_EXCLUDES(mutex_);
  std::uint64_t Dropped() const override TWELVE_EXCLUDES(mutex_);

 private:
  enum class Kind { kPipe, kNeverBlocks, kSocket, kAskFirst };

  bool WriteLine(const std::string& line) TWELVE_REQUIRES(mutex_);
  long WriteSome(const std::string& bytes) const;

  const JsonEventFormat format_;
  int fd_;
  UniqueFd own_;
  Kind kind_ = Kind::kAskFirst;
  mutable Mutex mutex_;
  std::string rest_ TWELVE_GUARDED_BY(mutex_);  // of a line that was taken in part
  std::uint64_t dropped_ TWELVE_GUARDED_BY(mutex_) = 0;
  std::uint64_t untold_ TWELVE_GUARDED_BY(mutex_) = 0;  // dropped, and not yet said
  std::atomic<bool> all_told_{true};                    // untold_ is 0
};

}  // namespace twelve

#pragma once

#include <string>

#include "factors/11_logs/parts/json_event_format.h"
#include "factors/contracts/event_sink.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Violation of factor XI, "buffered-stdout": collects events as a C library does when stdout is a
/// pipe, and writes them when the buffer is full or the process ends by itself. Until then the
/// stream is silent, and a killed process takes its last words with it.
///
/// Threads: any.
class BufferedEventWriter final : public EventSink {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

  /// `fd` stays the caller's and must outlive the writer.
  BufferedEventWriter(int fd, JsonEventFormat format);
  ~BufferedEventWriter() override;

  void Write(const Event& event) override TWELVE_EXCLUDES(mutex_);
  std::uint64_t Dropped() const override { return 0; }

 private:
  void Flush() TWELVE_REQUIRES(mutex_);

  const int fd_;
  const JsonEventFormat format_;
  Mutex mutex_;
  std::string buffer_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

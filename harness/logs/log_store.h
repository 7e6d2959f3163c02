#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/mutex.h"
#include "harness/logs/log_line.h"

namespace twelve {

struct LogLimits {
  std::size_t max_lines = std::size_t{1} << 20;
  std::size_t max_bytes = std::size_t{160} << 20;
};

/// How much went through, and how much of it is gone.
struct LogCounts {
  std::uint64_t first = 0;                 // sequence of the oldest line that is kept
  std::uint64_t next = 0;                  // sequence that the next line will get
  std::uint64_t dropped = 0;               // == first: oldest lines that made room
  std::optional<WallTime> dropping_since;  // when the first of them went
  std::uint64_t bytes = 0;                 // ever appended
};

/// All lines of all sources, in the order in which they were read. Bounded: the oldest lines make
/// room, and are counted; the newest line is always kept. Memory is taken as lines come and never
/// exceeds `max_bytes` by more than the index (24 bytes a line) and two blocks of 256 KiB. A text
/// that is longer than a block is cut into `continued` pieces.
///
/// Beside the lines there is at most one open line for each source and stream: what was written of
/// a line that is not complete yet, such as a prompt. It has no sequence number; the next Append
/// of the same source and stream takes it away, for that line holds its text.
///
/// Threads: all. Writers should append in batches: one lock per batch.
class LogStore {
 public:
  explicit LogStore(LogLimits limits = {});
  ~LogStore();

  /// The number of a source, such as "web.1"; the same name gives the same number.
  std::uint16_t Source(std::string_view name);
  std::vector<std::string> Sources() const;

  struct NewLine {
    TimePoint at;
    WallTime wall;
    std::uint16_t source = 0;
    LogStream stream = LogStream::kStdout;
    LogLevel level = LogLevel::kUnknown;
    bool partial = false;
    bool continued = false;
    std::string_view text;
    std::span<const ColorSpan> spans;
  };
  void Append(const std::vector<NewLine>& lines);
  /// Shows `line` as the open line of its source and stream, instead of the one before.
  void SetOpen(const NewLine& line);
  /// The open lines, marked `partial`; their `sequence` is the store's next.
  std::vector<LogLine> OpenLines() const;
  /// A line of our own, such as "web.1 ended: exit 1".
  void Say(const Clock& clock, std::string_view source, LogLevel level, std::string_view text);

  LogCounts Counts() const;
  /// Copies lines [from, from + max); starts at the oldest kept if `from` is gone.
  std::vector<LogLine> Read(std::uint64_t from, std::size_t max) const;
  /// Copies these lines; those that are gone are left out.
  std::vector<LogLine> Read(const std::vector<std::uint64_t>& sequences) const;
  /// Calls `visit` with views under the lock, oldest first, until it returns false; for scans.
  struct View {
    std::uint64_t sequence;
    TimePoint at;
    WallTime wall;
    std::uint16_t source;
    LogStream stream;
    LogLevel level;
    bool partial, continued;
    std::string_view text;
    std::span<const ColorSpan> spans;
  };
  void Scan(std::uint64_t from, std::uint64_t to,
            const std::function<bool(const View&)>& visit) const;

 private:
  class Ring;
  mutable Mutex mutex_;
  std::unique_ptr<Ring> ring_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/logs/color_span.h"
#include "harness/logs/line_splitter.h"
#include "harness/logs/log_line.h"
#include "harness/logs/log_store.h"
#include "harness/logs/text_cleaner.h"

namespace twelve {

/// A line as bytes of the service, hostile as they are.
struct RawLine {
  std::string_view bytes;  // from the begin of the line, without its newline
  std::size_t shown = 0;   // how many of its first bytes the tap has got in an earlier call
  bool complete = true;    // false: the stream has paused within this line; it will come again
  bool continued = false;  // longer than LineSplitter::kCap: goes on in the next line
  bool partial = false;    // the stream ended without a newline
};

/// Somebody who wants the lines of a stream as they come, beside the store or instead of it.
class LogTap {
 public:
  virtual ~LogTap() = default;
  /// All lines of one read at once. The bytes are gone after the call.
  virtual void Lines(std::string_view source, LogStream stream, std::span<const RawLine> lines) = 0;
};

/// What stands between one pipe of a service and the log store.
///
/// - Call Bytes with what each read(2) gave, in order; one Append and one lock for all its lines.
/// - If Pausable() after that, call Pause once kPauseAfter has gone by without another read: an
///   unfinished line, such as a prompt, then shows as the store's open line of this stream. It is
///   neither lost nor doubled: it gets its sequence number when its newline, or the end, comes,
///   and then replaces the open line.
/// - Call End at end of file, or when nobody reads this pipe any more: an unfinished line is kept
///   as a partial one.
///
/// Threads: one at a time, usually the loop's.
/// Owns:    the unfinished line. Store and taps must outlive it.
class LogIngest {
 public:
  /// Long enough for the second half of a line that was written in two, too short to be noticed.
  static constexpr Duration kPauseAfter = std::chrono::milliseconds(10);

  /// `store` may be null: then only the taps get the lines, and nothing is cleaned.
  LogIngest(LogStore* store, std::string_view source, LogStream stream);

  void AddTap(LogTap* tap);
  void RemoveTap(LogTap* tap);

  void Bytes(std::string_view bytes, TimePoint at, WallTime wall);
  /// There is an unfinished line that has not been shown as it is now.
  bool Pausable() const { return splitter_.Pending().size() > shown_; }
  void Pause(TimePoint at, WallTime wall);
  void End(TimePoint at, WallTime wall);

  /// Lines handed on so far, for reports and benches.
  std::uint64_t lines() const { return lines_; }

 private:
  void Deliver(TimePoint at, WallTime wall);
  void ToTaps();
  void CleanLast();
  void ResolveScratch();

  LogStore* store_;
  std::string source_name_;
  std::uint16_t source_ = 0;
  LogStream stream_;
  std::vector<LogTap*> taps_;
  LineSplitter splitter_;
  TextCleaner cleaner_;
  std::size_t shown_ = 0;  // bytes of the pending line that Pause has shown
  std::uint64_t lines_ = 0;

  // Of one call, kept for their capacity.
  std::vector<SplitLine> split_;
  std::vector<RawLine> raw_;
  std::vector<LogStore::NewLine> batch_;
  std::string text_;              // cleaned lines, one after the other
  std::vector<ColorSpan> spans_;  // likewise
  struct Scratch {
    std::size_t line, text, text_length, spans, span_count;
  };
  std::vector<Scratch> scratch_;  // where in text_ and spans_ a line of batch_ lies
};

}  // namespace twelve

#pragma once

#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>

#include "harness/logs/log_ingest.h"
#include "harness/logs/text_cleaner.h"
#include "harness/loop/event_loop.h"
#include "harness/process/process_status.h"

namespace twelve {

/// The lines of all processes on one descriptor: "12:00:07 web.1  | line", or a JSON event each.
///
/// - Lines stay whole. An unfinished one, such as a prompt, is shown after a moment; if another
///   process prints before it is finished, it comes again, whole.
/// - On a terminal escape sequences other than colours are taken out. Elsewhere bytes are passed on
///   as they are.
/// - Written in large pieces: when much has come together, and at the latest when the loop has
///   handled what is pending.
///
/// Threads: the loop's.
/// Owns:    not the descriptor. Blocks while nobody reads it, and so do the processes then.
/// Errors:  when it cannot be written to, `failed` is called once and everything else is dropped.
class RunOutput final : public LogTap {
 public:
  struct Format {
    bool json = false;
    bool terminal = false;  // escape sequences are taken out
    bool colors = false;
    std::size_t width = 0;  // of the longest name
  };

  RunOutput(EventLoop& loop, int fd, Format format, std::function<void()> failed);
  ~RunOutput() override;
  RunOutput(const RunOutput&) = delete;
  RunOutput& operator=(const RunOutput&) = delete;

  void Lines(std::string_view source, LogStream stream, std::span<const RawLine> lines) override;
  /// A sentence of our own that is about no process.
  void Say(std::string_view text);
  /// JSON only: a change of state, if it is one since the last call for this process.
  void Changed(const ProcessStatus& status);
  /// JSON only: the last event.
  void Ended(int exit_code);
  void Flush();

 private:
  struct Stream {
    std::string source;
    LogStream stream;
    std::string color;      // sequence that begins it; may be empty
    std::string held;       // pieces of a line that is longer than what comes at once
    std::string waiting;    // an unfinished line that is not shown yet
    std::size_t shown = 0;  // bytes of the unfinished line at the end of the output
    bool in_block = false;  // many lines came at once before the unfinished one
    TextCleaner cleaner;
    EventLoop::TimerId timer = 0;
  };

  Stream& Of(std::string_view source, LogStream stream);
  void Complete(Stream& stream, const RawLine& line);
  void Unfinished(Stream& stream, std::string_view bytes);
  void ShowUnfinished(Stream& stream);
  void CloseOpen();
  void Prefix(const Stream& stream);
  void Text(Stream& stream, std::string_view bytes);
  void SaidOf(std::string_view source, std::string_view text);
  void JsonLine(const Stream& stream, std::string_view bytes, const char* mark);
  void Json(const std::string& event);
  std::string_view TimeOfDay();
  void FlushSoon();

  EventLoop& loop_;
  int fd_;
  Format format_;
  std::function<void()> failed_;
  std::list<Stream> streams_;
  Stream* open_ = nullptr;  // whose unfinished line ends the output
  std::string buffer_;
  std::string prefix_;
  std::map<std::string, std::string> told_;  // of each process, the last event without its time
  WallTime second_{};
  std::string time_of_day_;
  EventLoop::TimerId flush_ = 0;
  bool has_failed_ = false;
};

}  // namespace twelve

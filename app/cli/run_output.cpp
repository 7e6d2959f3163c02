#include "app/cli/run_output.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include <nlohmann/json.hpp>

#include "harness/logs/color_span.h"
#include "harness/os/posix/posix_wait.h"

namespace twelve {
namespace {

constexpr std::size_t kWriteAt = std::size_t{256} << 10;
constexpr std::size_t kLongestLine = std::size_t{4} << 20;
// So many lines in one read come from a writer that fills blocks: the end of a block is no prompt.
constexpr std::size_t kBlockLines = 16;
constexpr Duration kBlockPause = std::chrono::milliseconds(250);

constexpr std::string_view kSelf = "twelve";
constexpr std::string_view kReset = "\x1b[0m";
constexpr std::array<std::string_view, 10> kColors = {
    "\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m", "\x1b[34m",
    "\x1b[96m", "\x1b[93m", "\x1b[92m", "\x1b[95m", "\x1b[94m"};

std::string_view NameOf(LogStream stream) {
  switch (stream) {
    case LogStream::kStdout:
      return "stdout";
    case LogStream::kStderr:
      return "stderr";
    case LogStream::kTwelve:
      return "twelve";
  }
  return "";
}

std::string IsoTime(WallTime wall) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(wall);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(ms);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (ms - seconds).count());
}

}  // namespace

RunOutput::RunOutput(EventLoop& loop, int fd, Format format, std::function<void()> failed)
    : loop_(loop), fd_(fd), format_(format), failed_(std::move(failed)) {
  format_.width = std::max(format_.width, kSelf.size());
}

RunOutput::~RunOutput() {
  failed_ = nullptr;
  CloseOpen();
  Flush();
  for (Stream& stream : streams_) loop_.Cancel(stream.timer);
}

RunOutput::Stream& RunOutput::Of(std::string_view source, LogStream stream) {
  std::size_t sources = 0;
  std::string_view color;
  for (Stream& known : streams_) {
    if (known.source == source) {
      if (known.stream == stream) return known;
      color = known.color;
    } else if (known.stream == LogStream::kStdout) {
      ++sources;
    }
  }
  if (color.empty() && format_.colors) color = kColors[sources % kColors.size()];
  Stream fresh;
  fresh.source = source;
  fresh.stream = stream;
  fresh.color = color;
  return streams_.emplace_back(std::move(fresh));
}

void RunOutput::Lines(std::string_view source, LogStream stream, std::span<const RawLine> lines) {
  if (has_failed_ || lines.empty()) return;
  if (stream == LogStream::kTwelve) {
    for (const RawLine& line : lines) SaidOf(source, line.bytes);
    return FlushSoon();
  }
  Stream& known = Of(source, stream);
  if (!lines.front().complete) {
    Unfinished(known, lines.front().bytes);
    return FlushSoon();
  }
  loop_.Cancel(std::exchange(known.timer, 0));
  known.waiting.clear();
  known.in_block = lines.size() >= kBlockLines;
  Complete(known, lines.front());
  prefix_.clear();
  for (const RawLine& line : lines.subspan(1)) {
    if (format_.json || format_.terminal || line.continued || !known.held.empty()) {
      Complete(known, line);
      continue;
    }
    if (prefix_.empty()) {
      const std::size_t before = buffer_.size();
      Prefix(known);
      prefix_ = buffer_.substr(before);
      buffer_.resize(before);
    }
    buffer_.append(prefix_).append(line.bytes).push_back('\n');
  }
  if (buffer_.size() >= kWriteAt) return Flush();
  FlushSoon();
}

void RunOutput::Complete(Stream& stream, const RawLine& line) {
  if (line.continued && stream.held.size() < kLongestLine) {
    stream.held += line.bytes;
    return;
  }
  std::string_view bytes = line.bytes;
  if (!stream.held.empty()) {
    stream.held += line.bytes;
    bytes = stream.held;
  }
  if (format_.json) {
    JsonLine(stream, bytes, line.partial ? "unterminated" : nullptr);
  } else {
    const bool as_it_is = !format_.terminal || stream.cleaner.Untouched(bytes);
    const bool goes_on = open_ == &stream && stream.shown <= bytes.size() && as_it_is;
    if (goes_on) {
      buffer_.append(bytes.substr(stream.shown));
      open_ = nullptr;
    } else {
      CloseOpen();
      Prefix(stream);
      Text(stream, bytes);
    }
    buffer_.push_back('\n');
  }
  stream.shown = 0;
  stream.held.clear();
}

void RunOutput::Unfinished(Stream& stream, std::string_view bytes) {
  if (!stream.held.empty()) return;  // too long to be a prompt
  loop_.Cancel(std::exchange(stream.timer, 0));
  stream.waiting = bytes;
  if (!stream.in_block) return ShowUnfinished(stream);
  stream.timer = loop_.After(kBlockPause, [this, &stream] {
    stream.timer = 0;
    ShowUnfinished(stream);
    FlushSoon();
  });
}

void RunOutput::ShowUnfinished(Stream& stream) {
  const std::string bytes = std::exchange(stream.waiting, {});
  if (format_.json) return JsonLine(stream, bytes, "unfinished");
  const bool as_it_is = !format_.terminal || stream.cleaner.Untouched(bytes);
  if (open_ == &stream && as_it_is && stream.shown <= bytes.size()) {
    buffer_.append(bytes, stream.shown, std::string::npos);
  } else {
    CloseOpen();
    Prefix(stream);
    buffer_ += as_it_is ? bytes : CleanText(bytes);
    open_ = &stream;
  }
  stream.shown = bytes.size();
}

void RunOutput::CloseOpen() {
  if (open_ == nullptr) return;
  buffer_.push_back('\n');
  open_->shown = 0;
  open_ = nullptr;
}

void RunOutput::Prefix(const Stream& stream) {
  buffer_.append(stream.color).append(TimeOfDay()).push_back(' ');
  buffer_.append(stream.source);
  buffer_.append(format_.width - std::min(format_.width, stream.source.size()), ' ');
  buffer_.append(" | ");
  if (!stream.color.empty()) buffer_.append(kReset);
}

void RunOutput::Text(Stream& stream, std::string_view bytes) {
  if (!format_.terminal || stream.cleaner.Untouched(bytes)) {
    buffer_.append(bytes);
    return;
  }
  std::string text;
  std::vector<ColorSpan> spans;
  stream.cleaner.Clean(bytes, text, spans);
  if (!format_.colors) spans.clear();
  AppendColored(text, spans, buffer_);
}

void RunOutput::SaidOf(std::string_view source, std::string_view text) {
  if (format_.json) {
    return Json(nlohmann::json{
        {"event", "said"}, {"process", std::string(source)}, {"text", CleanText(text)}}
                    .dump());
  }
  Say(fmt::format("{} {}", source, text));
}

void RunOutput::Say(std::string_view text) {
  if (has_failed_) return;
  if (format_.json) {
    Json(nlohmann::json{{"event", "said"}, {"text", CleanText(text)}}.dump());
  } else {
    CloseOpen();
    buffer_.append(TimeOfDay()).push_back(' ');
    buffer_.append(kSelf).append(format_.width - kSelf.size(), ' ').append(" | ");
    buffer_.append(CleanText(text)).push_back('\n');
  }
  FlushSoon();
}

void RunOutput::JsonLine(const Stream& stream, std::string_view bytes, const char* mark) {
  nlohmann::json event{{"event", "line"},
                       {"process", stream.source},
                       {"stream", std::string(NameOf(stream.stream))},
                       {"text", CleanText(bytes)}};
  if (mark != nullptr) event[mark] = true;
  Json(event.dump());
}

void RunOutput::Json(const std::string& event) {
  buffer_ += "{\"time\":\"" + IsoTime(loop_.clock().WallNow()) + "\",";
  buffer_.append(event, 1).push_back('\n');
}

void RunOutput::Changed(const ProcessStatus& status) {
  if (!format_.json || has_failed_) return;
  nlohmann::json event{{"event", "state"},
                       {"process", status.name},
                       {"state", std::string(ToString(status.state))},
                       {"reason", CleanText(status.reason)},
                       {"pid", status.pid},
                       {"port", status.port},
                       {"paused", status.paused},
                       {"restarts", status.restarts},
                       {"over", status.over()}};
  if (status.exit) event["exit"] = Describe(*status.exit);
  std::string text = event.dump();
  std::string& told = told_[status.name];
  if (told == text) return;
  told = std::move(text);
  Json(told);
  FlushSoon();
}

void RunOutput::Ended(int exit_code) {
  if (format_.json) Json(nlohmann::json{{"event", "end"}, {"exit_code", exit_code}}.dump());
  FlushSoon();
}

std::string_view RunOutput::TimeOfDay() {
  const WallTime second = std::chrono::floor<std::chrono::seconds>(loop_.clock().WallNow());
  if (second != second_ || time_of_day_.empty()) {
    second_ = second;
    const std::time_t time = std::chrono::system_clock::to_time_t(second);
    std::tm local = {};
    localtime_r(&time, &local);
    time_of_day_ = fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
  }
  return time_of_day_;
}

// A timer that is due at once: it fires after what is pending has been handled, without a wake-up
// from outside.
void RunOutput::FlushSoon() {
  if (flush_ != 0 || buffer_.empty()) return;
  flush_ = loop_.After(Duration::zero(), [this] { Flush(); });
}

void RunOutput::Flush() {
  loop_.Cancel(std::exchange(flush_, 0));
  std::string_view rest = buffer_;
  while (!rest.empty() && !has_failed_) {
    const ssize_t n = ::write(fd_, rest.data(), rest.size());
    if (n > 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
    } else if (n < 0 && errno == EAGAIN) {
      AwaitWritable(fd_);
    } else if (n < 0 && errno != EINTR) {
      has_failed_ = true;
    }
  }
  buffer_.clear();
  if (has_failed_ && failed_) std::exchange(failed_, nullptr)();
}

}  // namespace twelve

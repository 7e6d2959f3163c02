#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/logs/color_span.h"

namespace twelve {

enum class LogStream : std::uint8_t { kStdout, kStderr, kTwelve };  // kTwelve: said by us
enum class LogLevel : std::uint8_t { kUnknown, kDebug, kInfo, kWarn, kError };

/// One line as it is kept. `text` is valid UTF-8 without control characters but tab; colours that
/// the service printed are kept apart as `spans`; everything else of escape sequences is gone.
struct LogLine {
  std::uint64_t sequence = 0;  // counts every line that was ever appended, from 0
  TimePoint at;                // when its last byte was read
  WallTime wall;
  std::uint16_t source = 0;  // index into LogStore::Sources()
  LogStream stream = LogStream::kStdout;
  LogLevel level = LogLevel::kUnknown;
  bool partial = false;    // the stream ended, or has paused, without a newline
  bool continued = false;  // goes on in the next line of this source: longer than the cap
  std::string text;
  std::vector<ColorSpan> spans;
};

}  // namespace twelve

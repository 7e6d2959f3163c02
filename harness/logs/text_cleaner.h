#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/logs/color_span.h"

namespace twelve {

/// Turns the bytes of one line, whatever a service printed, into text that is safe to show.
///
/// - Valid UTF-8 stays. Each maximal invalid piece becomes one U+FFFD.
/// - Tab stays. Other control characters become visible: U+2400 + code ("␀", "␍"), DEL "␡",
///   U+0080 to U+009F U+FFFD.
/// - Complete escape sequences (CSI, OSC, DCS, SOS, PM, APC, two-character ones) are removed. Those
///   that set the text's colour or weight come out as spans; no other has any effect.
/// - A sequence that is broken, or does not end within its line, is no reason to lose text: its
///   escape character shows as "␛" and the rest of it as written.
/// - A colour lasts until it is reset, also over line ends, as on a terminal. One line keeps its
///   first 255 spans.
///
/// Threads: one. One cleaner for each stream of a service.
class TextCleaner {
 public:
  static constexpr std::size_t kMaxSpans = 255;

  /// True if the line needs no change at all: the usual case, and a quick test.
  bool Untouched(std::string_view line) const {
    return IsPlain(style_) && CleanPrefix(line) == line.size();
  }
  /// Appends the cleaned line to `text`, and its spans, relative to the line's own begin, to
  /// `spans`.
  void Clean(std::string_view line, std::string& text, std::vector<ColorSpan>& spans);

  /// How many of the first bytes are printable characters or tab, in valid UTF-8.
  static std::size_t CleanPrefix(std::string_view bytes);

 private:
  struct Sink;
  static bool IsPlain(const ColorSpan& style) {
    return style.kind == ColorSpan::Kind::kDefault && !style.bold;
  }
  ColorSpan style_;  // begin and length are not used
};

/// The same for a text without a stream of its own; colours are dropped.
std::string CleanText(std::string_view bytes);

}  // namespace twelve

#include "harness/logs/text_cleaner.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace twelve {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr char kEscape = '\x1b';
constexpr std::size_t kNotFound = std::string_view::npos;

std::uint8_t Byte(char c) {
  return static_cast<std::uint8_t>(c);
}

bool IsPlainAscii(char c) {
  return (c >= 0x20 && c < 0x7F) || c == '\t';
}

// True if all eight bytes are from 0x20 to 0x7E.
bool AllPrintable(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = kOnes * 0x80;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t below_space = (word - kOnes * 0x20) & ~word;
  const std::uint64_t is_delete = (word ^ (kOnes * 0x7F)) - kOnes;  // borrows only from a zero byte
  return ((word | below_space | is_delete) & kHigh) == 0;
}

struct Utf8Char {
  std::size_t length = 1;  // of the character, or of the piece that U+FFFD stands for
  bool valid = false;
};

// Table 3-7 of the Unicode Standard; an invalid piece is as long as its "maximal subpart".
// REQUIRES: bytes is not empty and begins with a byte from 0x80 on.
Utf8Char DecodeUtf8(std::string_view bytes) {
  const std::uint8_t lead = Byte(bytes[0]);
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= bytes.size() || Byte(bytes[i]) < low || Byte(bytes[i]) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

bool IsC1(std::string_view bytes) {
  return bytes.size() >= 2 && Byte(bytes[0]) == 0xC2 && Byte(bytes[1]) < 0xA0;
}

void AppendVisible(char control, std::string& text) {
  const int picture = control == 0x7F ? 0x21 : Byte(control);  // U+2400 + this
  text += "\xE2\x90";
  text += static_cast<char>(0x80 + picture);
}

// The numbers of an SGR sequence. Missing ones are 0; what follows the 32nd is left out.
struct SgrNumbers {
  std::array<int, 32> value{};
  std::size_t count = 0;
  int At(std::size_t i) const { return i < count ? value[i] : 0; }
};

SgrNumbers ParseNumbers(std::string_view parameters) {
  SgrNumbers numbers;
  numbers.count = 1;
  bool colons = false;
  bool empty = true;
  for (const char c : parameters) {
    if (c >= '0' && c <= '9') {
      empty = false;
      int& value = numbers.value[numbers.count - 1];
      value = std::min(value * 10 + (c - '0'), 65535);
      continue;
    }
    // 38:2::R:G:B has an empty place for a colour space that 38;2;R;G;B has not.
    const bool no_space = c == ':' && colons && empty && numbers.count == 3;
    colons = c == ':';
    empty = true;
    if (no_space) continue;
    if (numbers.count == numbers.value.size()) break;
    ++numbers.count;
  }
  return numbers;
}

void SetIndexed(int index, ColorSpan& style) {
  style.kind = ColorSpan::Kind::kIndexed;
  style.red = static_cast<std::uint8_t>(index);
  style.green = style.blue = 0;
}

// 38;5;N or 38;2;R;G;B at `i`; 48 is a background, which is not shown. Returns its last place.
std::size_t ApplyExtended(const SgrNumbers& numbers, std::size_t i, ColorSpan& style) {
  const bool foreground = numbers.At(i) == 38;
  if (numbers.At(i + 1) == 5) {
    if (foreground) SetIndexed(numbers.At(i + 2), style);
    return i + 2;
  }
  if (numbers.At(i + 1) != 2) return i + 1;
  if (foreground) {
    style.kind = ColorSpan::Kind::kRgb;
    style.red = static_cast<std::uint8_t>(numbers.At(i + 2));
    style.green = static_cast<std::uint8_t>(numbers.At(i + 3));
    style.blue = static_cast<std::uint8_t>(numbers.At(i + 4));
  }
  return i + 4;
}

void ApplySgr(std::string_view parameters, ColorSpan& style) {
  const SgrNumbers numbers = ParseNumbers(parameters);
  for (std::size_t i = 0; i < numbers.count; ++i) {
    const int number = numbers.At(i);
    if (number == 0) style = {};
    if (number == 1) style.bold = true;
    if (number == 22) style.bold = false;
    if (number >= 30 && number <= 37) SetIndexed(number - 30, style);
    if (number >= 90 && number <= 97) SetIndexed(number - 90 + 8, style);
    if (number == 39) {
      const bool bold = style.bold;
      style = {};
      style.bold = bold;
    }
    if (number == 38 || number == 48) i = ApplyExtended(numbers, i, style);
  }
}

bool Between(char c, char low, char high) {
  return c >= low && c <= high;
}

// Finds the next `what` from a growing position; a failed search is never repeated, so that a line
// full of unfinished sequences costs no more than one search.
class NextPosition {
 public:
  explicit NextPosition(std::string_view what) : what_(what) {}
  std::size_t From(std::string_view line, std::size_t from) {
    if (!searched_ || (found_ != kNotFound && found_ < from)) found_ = line.find(what_, from);
    searched_ = true;
    return found_;
  }

 private:
  std::string_view what_;
  bool searched_ = false;
  std::size_t found_ = kNotFound;
};

}  // namespace

// One line on its way into text and spans.
struct TextCleaner::Sink {
  std::string_view line;
  std::string& text;
  std::vector<ColorSpan>& spans;
  ColorSpan& style;
  std::size_t text_begin;
  std::size_t span_count = 0;
  std::size_t style_begin = 0;  // in the line's text
  NextPosition bell = NextPosition("\a");
  NextPosition terminator = NextPosition("\x1b\\");

  void EndSpan() {
    const std::size_t end = text.size() - text_begin;
    if (!IsPlain(style) && end > style_begin && span_count < kMaxSpans) {
      ColorSpan span = style;
      span.begin = static_cast<std::uint32_t>(style_begin);
      span.length = static_cast<std::uint32_t>(end - style_begin);
      spans.push_back(span);
      ++span_count;
    }
    style_begin = end;
  }

  // Each returns where the sequence that begins at the escape character `at` ends, or kNotFound if
  // it is broken or does not end within the line.
  std::size_t Csi(std::size_t at) {
    std::size_t i = at + 2;
    while (i < line.size() && Between(line[i], 0x30, 0x3F)) ++i;
    const std::size_t parameters_end = i;
    while (i < line.size() && Between(line[i], 0x20, 0x2F)) ++i;
    if (i >= line.size() || !Between(line[i], 0x40, 0x7E)) return kNotFound;
    const std::string_view parameters = line.substr(at + 2, parameters_end - at - 2);
    const bool is_private = !parameters.empty() && parameters.front() >= 0x3C;
    if (line[i] == 'm' && i == parameters_end && !is_private) {
      EndSpan();
      ApplySgr(parameters, style);
    }
    return i + 1;
  }
  std::size_t String(std::size_t at) {
    std::size_t end = terminator.From(line, at + 2);
    if (end != kNotFound) end += 2;
    if (line[at + 1] == ']') {  // only OSC may end with BEL
      const std::size_t bell_at = bell.From(line, at + 2);
      if (bell_at != kNotFound) end = std::min(end, bell_at + 1);
    }
    return end;
  }
  std::size_t Escape(std::size_t at) {
    if (at + 1 >= line.size()) return kNotFound;
    switch (line[at + 1]) {
      case '[':
        return Csi(at);
      case ']':
      case 'P':
      case 'X':
      case '^':
      case '_':
        return String(at);
      default:
        break;
    }
    std::size_t i = at + 1;
    while (i < line.size() && Between(line[i], 0x20, 0x2F)) ++i;
    return i < line.size() && Between(line[i], 0x30, 0x7E) ? i + 1 : kNotFound;
  }

  // Deals with what is not clean at `at`; returns where to go on.
  std::size_t Unclean(std::size_t at) {
    const char c = line[at];
    if (c == kEscape) {
      const std::size_t end = Escape(at);
      if (end != kNotFound) return end;
    }
    if (Byte(c) < 0x80) {
      AppendVisible(c, text);
      return at + 1;
    }
    text += kReplacement;
    return at + DecodeUtf8(line.substr(at)).length;
  }
};

std::size_t TextCleaner::CleanPrefix(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    while (i + 8 <= bytes.size() && AllPrintable(bytes.data() + i)) i += 8;
    if (i >= bytes.size()) break;
    if (IsPlainAscii(bytes[i])) {
      ++i;
      continue;
    }
    if (Byte(bytes[i]) < 0x80) return i;
    const Utf8Char next = DecodeUtf8(bytes.substr(i));
    if (!next.valid || IsC1(bytes.substr(i))) return i;
    i += next.length;
  }
  return i;
}

void TextCleaner::Clean(std::string_view line, std::string& text, std::vector<ColorSpan>& spans) {
  Sink sink{line, text, spans, style_, text.size()};
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t clean = CleanPrefix(line.substr(at));
    text += line.substr(at, clean);
    at += clean;
    if (at < line.size()) at = sink.Unclean(at);
  }
  sink.EndSpan();
}

std::string CleanText(std::string_view bytes) {
  std::string text;
  std::vector<ColorSpan> spans;
  TextCleaner().Clean(bytes, text, spans);
  return text;
}

}  // namespace twelve

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace twelve {

/// A run of characters that the service printed in a colour or in bold.
struct ColorSpan {
  enum class Kind : std::uint8_t {
    kDefault,  // only bold
    kIndexed,  // `red` is an index into the 256 colours of terminals; 0..7 normal, 8..15 bright
    kRgb,
  };
  std::uint32_t begin = 0;   // first byte in the text
  std::uint32_t length = 0;  // bytes, never 0
  Kind kind = Kind::kDefault;
  std::uint8_t red = 0, green = 0, blue = 0;
  bool bold = false;
  friend bool operator==(const ColorSpan&, const ColorSpan&) = default;
};

/// Appends `text` with its colours as SGR sequences; ends with a reset if it set any.
/// REQUIRES: spans are ordered and lie within the text.
void AppendColored(std::string_view text, std::span<const ColorSpan> spans, std::string& out);

}  // namespace twelve

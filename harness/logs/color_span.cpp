#include "harness/logs/color_span.h"

#include <fmt/format.h>

#include <iterator>

namespace twelve {
namespace {

void AppendStyle(const ColorSpan& span, std::string& out) {
  out += span.bold ? "\x1b[0;1" : "\x1b[0";
  switch (span.kind) {
    case ColorSpan::Kind::kDefault:
      break;
    case ColorSpan::Kind::kIndexed:
      fmt::format_to(std::back_inserter(out), ";38;5;{}", span.red);
      break;
    case ColorSpan::Kind::kRgb:
      fmt::format_to(std::back_inserter(out), ";38;2;{};{};{}", span.red, span.green, span.blue);
      break;
  }
  out += 'm';
}

}  // namespace

void AppendColored(std::string_view text, std::span<const ColorSpan> spans, std::string& out) {
  std::size_t done = 0;
  for (const ColorSpan& span : spans) {
    out += text.substr(done, span.begin - done);
    AppendStyle(span, out);
    out += text.substr(span.begin, span.length);
    out += "\x1b[0m";
    done = span.begin + span.length;
  }
  out += text.substr(done);
}

}  // namespace twelve

#include "harness/report/text_layout.h"

#include <fmt/format.h>

#include <cmath>

namespace twelve {
namespace {

/// Calls `line` with each line of `text`, without its end.
template <typename F>
void ForEachLine(std::string_view text, const F& line) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  for (;;) {
    const std::size_t end = text.find('\n');
    line(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

void WrapLine(std::string_view line, std::size_t indent, std::size_t width, std::string& out) {
  std::size_t used = 0;
  while (!line.empty()) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const std::string_view word = line.substr(0, line.find(' '));
    const std::size_t columns = Columns(word);
    if (used > 0 && indent + used + 1 + columns > width) {
      out += '\n';
      used = 0;
    }
    out += used == 0 ? std::string(indent, ' ') : " ";
    used += columns + (used == 0 ? 0 : 1);
    out += word;
    line.remove_prefix(word.size());
  }
  out += '\n';
}

}  // namespace

std::size_t Columns(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xc0) ++columns;
  }
  return columns;
}

std::string Padded(std::string_view text, std::size_t columns) {
  const std::size_t own = Columns(text);
  return std::string(text) + std::string(own < columns ? columns - own : 0, ' ');
}

std::string Wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  ForEachLine(text, [&](std::string_view line) { WrapLine(line, indent, width, out); });
  return out;
}

std::string Indented(std::string_view text, std::size_t indent) {
  std::string out;
  ForEachLine(text, [&](std::string_view line) {
    if (!line.empty()) out += std::string(indent, ' ');
    out += line;
    out += '\n';
  });
  return out;
}

std::string HumanSeconds(double seconds) {
  if (seconds < 0.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole % 60 == 0) return fmt::format("{} min", whole / 60);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

}  // namespace twelve

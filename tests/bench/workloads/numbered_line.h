#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

/// Lines of exactly 100 bytes, newline included, of which each byte can be checked:
/// "c1 00000042 " and one letter that depends on the number, over and over.
inline constexpr std::size_t kLineBytes = 100;
inline constexpr std::size_t kHeadBytes = 12;  // two characters of name, eight digits, blanks

inline void AppendNumberedLine(std::string_view name, unsigned number, std::string& out) {
  char head[32];
  std::snprintf(head, sizeof head, "%.2s %08u ", name.data(), number);
  out += head;
  out.append(kLineBytes - kHeadBytes - 1, static_cast<char>('a' + number % 26));
  out += '\n';
}

/// The number of a line without its newline; -1 if any byte of it is wrong.
inline long NumberOfLine(std::string_view line) {
  if (line.size() != kLineBytes - 1 || line[2] != ' ' || line[kHeadBytes - 1] != ' ') return -1;
  long number = 0;
  for (const char digit : line.substr(3, 8)) {
    if (digit < '0' || digit > '9') return -1;
    number = number * 10 + (digit - '0');
  }
  const char letter = static_cast<char>('a' + number % 26);
  return line.find_first_not_of(letter, kHeadBytes) == std::string_view::npos ? number : -1;
}

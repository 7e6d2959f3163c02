#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace twelve {

/// How many columns valid UTF-8 text takes: one for each code point, which is wrong for East Asian
/// wide characters and harmless there.
std::size_t Columns(std::string_view text);

/// `text` padded with blanks to `columns`; never cut.
std::string Padded(std::string_view text, std::size_t columns);

/// Breaks `text` at blanks so that each line, with `indent` blanks before it, fits into `width`
/// columns; a word that is longer stays whole. Line ends of `text` stay. Ends with a line end.
std::string Wrapped(std::string_view text, std::size_t indent, std::size_t width);

/// Every line with `indent` blanks before it, unbroken: for shell lines and logs.
std::string Indented(std::string_view text, std::size_t indent);

/// "1 min 10 s", "4 s", "0.3 s".
std::string HumanSeconds(double seconds);

}  // namespace twelve

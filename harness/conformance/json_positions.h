#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace twelve {

/// Line and column in a text, both from 1; columns count bytes.
struct TextPosition {
  int line = 1;
  int column = 1;
};

/// A JSON text (// and /* */ comments allowed) with the place of each key, so that a mistake in a
/// value can be shown where the user wrote it.
///
/// Threads: none of its own; a value.
/// Errors:  a text that is not JSON has `problem` and `problem_at`, and a null document.
struct PositionedJson {
  nlohmann::json document;
  std::string problem;  // "unexpected '}'; expected string literal"
  TextPosition problem_at;
  std::map<std::string, TextPosition> keys;                    // by JSON pointer: "/env/PORT"
  std::vector<std::pair<std::string, TextPosition>> repeated;  // keys that came before

  /// The place of the nearest key above `pointer`; the beginning of the text if there is none.
  TextPosition At(std::string pointer) const;
};
PositionedJson ParsePositionedJson(std::string_view text);

}  // namespace twelve

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twelve {

/// One leaf of a JSON log line.
struct JsonField {
  enum class Kind { kString, kNumber, kBool, kNull, kEmpty };  // kEmpty: {} or []
  std::string path;                                            // "http.status", "tags.0"
  std::string value;  // as text, safe to show; numbers as they were written
  Kind kind = Kind::kString;
  friend bool operator==(const JsonField&, const JsonField&) = default;
};

/// The fields of a line that is one JSON object, in its order; nothing if it is not, or nests
/// deeper than 32. What follows the 512th field is left out. Parses the whole line: for lines that
/// somebody looks at or filters by field, not for all.
std::optional<std::vector<JsonField>> ParseJsonFields(std::string_view line);

/// True if the line may be a JSON object: its first character that is not blank is "{".
bool LooksLikeJson(std::string_view line);

}  // namespace twelve

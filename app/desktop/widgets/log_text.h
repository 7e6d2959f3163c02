#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/logs/log_line.h"

namespace twelve {

/// A line as it is shown: time, source, text; tabs as blanks. With `fields`, a JSON object is shown
/// as its values: what happened first, then name=value, without what the columns show already.
std::string ShownLine(const LogLine& line, const std::vector<std::string>& sources,
                      std::size_t source_width, bool fields);
/// The byte where character `column` of `text` begins; its size if there are fewer.
std::size_t ByteOfColumn(std::string_view text, int column);

/// Characters, not bytes.
int CharacterCount(std::string_view text);

}  // namespace twelve

#pragma once

#include <string>
#include <string_view>

namespace twelve {

/// Text as the content, or a quoted attribute, of XML 1.0 or HTML: the five special characters
/// escaped, and what XML cannot hold at all (control characters, U+FFFE, U+FFFF) as U+FFFD.
/// REQUIRES: valid UTF-8.
std::string XmlText(std::string_view text);

/// The same, with line ends and tabs kept where a parser would turn them into blanks.
std::string XmlAttribute(std::string_view text);

}  // namespace twelve

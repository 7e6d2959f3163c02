#pragma once

#include <string_view>

namespace twelve {

/// A file that was compiled into the program by twelve_embed(). Both views live for ever.
struct EmbeddedFile {
  std::string_view path;  // below the root of the repository, such as "factors/…/lesson.md"
  std::string_view contents;
};

}  // namespace twelve

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twelve {

/// An #include that the table of arrows does not allow.
struct ForbiddenInclude {
  std::string file;
  int line = 0;
  std::string header;  // with its quotes or angle brackets
  std::string why;
};

/// Holds every #include of one file against the table in include_rules.cpp. Pure.
/// `file` is a path below the root, such as "harness/base/result.h".
std::vector<ForbiddenInclude> FindForbiddenIncludes(std::string_view file, std::string_view text);

}  // namespace twelve

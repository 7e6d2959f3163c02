#include "factors/04_backing_services/parts/stored_name.h"

#include <algorithm>

namespace twelve {
namespace {

constexpr std::size_t kLongest = 200;

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

bool IsStoredName(const std::string& name) {
  return !name.empty() && name.size() <= kLongest && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), IsPlain);
}

Status CheckStoredName(const std::string& name) {
  if (IsStoredName(name)) return {};
  return InvalidError(
      "a name must be 1 to 200 letters, digits, '.', '_' or '-', and not begin with '.'");
}

}  // namespace twelve

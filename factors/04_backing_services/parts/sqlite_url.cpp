#include "factors/04_backing_services/parts/sqlite_url.h"

#include <fmt/format.h>

#include <string_view>

#include "factors/04_backing_services/parts/backing_url.h"

namespace twelve {

Result<std::string> ParseSqliteUrl(const std::string& url) {
  const std::string_view rest = std::string_view(url).substr(SchemeOf(url).size() + 1);
  if (rest == ":memory:") return std::string(rest);
  if (rest.substr(0, 3) != "///" || rest.size() == 3) {
    return InvalidError("must be sqlite:///absolute/path or sqlite::memory:");
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return InvalidError("has options after the path, and none are known; write ? as %3F");
  }
  return PercentDecode(std::string(rest.substr(2)));
}

std::string SqliteUrl(const std::string& absolute_path) {
  std::string url = "sqlite://";
  for (const char c : absolute_path) {
    if (c == '%' || c == '?' || c == '#') {
      url += fmt::format("%{:02X}", static_cast<unsigned>(c));
    } else {
      url += c;
    }
  }
  return url;
}

}  // namespace twelve

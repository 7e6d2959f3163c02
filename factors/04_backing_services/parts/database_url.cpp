#include "factors/04_backing_services/parts/database_url.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

namespace twelve {
namespace {

std::optional<std::string> PercentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned value = 0;
    const char* digits = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2 ||
        value == 0) {
      return std::nullopt;
    }
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

}  // namespace

Result<DatabaseLocation> ParseDatabaseUrl(const std::string& url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string::npos) {
    return InvalidError("is no URL: write sqlite:///absolute/path or sqlite::memory:");
  }
  const std::string scheme = url.substr(0, colon);
  if (scheme != "sqlite") {
    return InvalidError(
        fmt::format("has the scheme \"{}\", which is not known; known is sqlite", scheme));
  }
  const std::string_view rest = std::string_view(url).substr(colon + 1);
  if (rest == DatabaseLocation::kMemory) return DatabaseLocation{DatabaseLocation::kMemory};
  if (rest.substr(0, 3) != "///" || rest.size() == 3) {
    return InvalidError("must be sqlite:///absolute/path or sqlite::memory:");
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return InvalidError("has options after the path, and none are known; write ? as %3F");
  }
  std::optional<std::string> path = PercentDecoded(rest.substr(2));
  if (!path) return InvalidError("has a % in its path that two hexadecimal digits do not follow");
  return DatabaseLocation{std::move(*path)};
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

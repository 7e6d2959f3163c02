#include "harness/conformance/secrets.h"

#include <algorithm>
#include <cctype>

namespace twelve {
namespace {

constexpr std::size_t kShortestSecret = 3;
constexpr std::size_t kShortestAnywhere = 6;

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// "user:password" of "scheme://user:password@host/…"; empty when there is none.
std::string_view UserInfo(std::string_view value) {
  const std::size_t scheme = value.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view rest = value.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t at = rest.rfind('@');
  return at == std::string_view::npos ? std::string_view{} : rest.substr(0, at);
}

bool StandsAlone(std::string_view text, std::size_t at, std::size_t size) {
  const bool before = at == 0 || !IsWordCharacter(text[at - 1]);
  const bool after = at + size == text.size() || !IsWordCharacter(text[at + size]);
  return before && after;
}

std::string Replace(std::string_view text, std::string_view value) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = text.find(value); at != std::string_view::npos; at = text.find(value, at)) {
    if (value.size() < kShortestAnywhere && !StandsAlone(text, at, value.size())) {
      ++at;
      continue;
    }
    out += text.substr(from, at - from);
    out += SecretMask::kMasked;
    at += value.size();
    from = at;
  }
  out += text.substr(from);
  return out;
}

}  // namespace

bool LooksSecret(std::string_view name, std::string_view value) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const char* word : {"PASSWORD", "PASSWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL"}) {
    if (upper.find(word) != std::string::npos) return true;
  }
  return !UserInfo(value).empty();
}

SecretMask::SecretMask(const Environment& environment) {
  const auto keep = [this](std::string_view value) {
    if (value.size() >= kShortestSecret) values_.emplace_back(value);
  };
  for (const auto& [name, value] : environment) {
    if (!LooksSecret(name, value)) continue;
    keep(value);
    const std::string_view user_info = UserInfo(value);
    keep(user_info);
    const std::size_t colon = user_info.find(':');
    if (colon != std::string_view::npos) keep(user_info.substr(colon + 1));
    // A value of several lines is printed one line at a time.
    for (std::size_t from = 0; value.find('\n') != std::string::npos && from < value.size();) {
      const std::size_t end = std::min(value.find('\n', from), value.size());
      keep(std::string_view(value).substr(from, end - from));
      from = end + 1;
    }
  }
  std::sort(values_.begin(), values_.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
}

std::string SecretMask::Apply(std::string_view text) const {
  std::string masked(text);
  for (const std::string& value : values_) masked = Replace(masked, value);
  return masked;
}

}  // namespace twelve

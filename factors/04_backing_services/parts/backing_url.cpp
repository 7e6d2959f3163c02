#include "factors/04_backing_services/parts/backing_url.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

namespace twelve {
namespace {

Status ReadOptions(std::string_view text, std::map<std::string, std::string>& options) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0) {
      return InvalidError("has an option after ? that is not name=value");
    }
    const Result<std::string> name = PercentDecode(std::string(pair.substr(0, equals)));
    if (!name) return name.error();
    Result<std::string> value = PercentDecode(std::string(pair.substr(equals + 1)));
    if (!value) return value.error();
    options[*name] = std::move(value).value();
  }
  return {};
}

Status ReadPort(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc() && end == text.data() + text.size() && port > 0) return {};
  return InvalidError("has a port that is no number from 1 to 65535");
}

/// host, host:port, [::1] or [::1]:port
Status ReadHost(std::string_view text, BackingUrl& url) {
  std::string_view host = text.substr(0, text.rfind(':'));
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return InvalidError("has a '[' without its ']'");
    host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (!text.empty() && text[0] != ':') return InvalidError("has something between ']' and port");
  } else {
    text.remove_prefix(host.size());
  }
  Result<std::string> decoded = PercentDecode(std::string(host));
  if (!decoded) return decoded.error();
  if (decoded->empty()) return InvalidError("names no host");
  url.host = std::move(decoded).value();
  return text.empty() ? Status() : ReadPort(text.substr(1), url.port);
}

Status ReadCredentials(std::string_view text, BackingUrl& url) {
  const std::size_t colon = text.find(':');
  Result<std::string> user = PercentDecode(std::string(text.substr(0, colon)));
  if (!user) return user.error();
  url.user = std::move(user).value();
  if (colon == text.npos) return {};
  Result<std::string> password = PercentDecode(std::string(text.substr(colon + 1)));
  if (!password) return password.error();
  url.password = std::move(password).value();
  return {};
}

}  // namespace

std::string SchemeOf(const std::string& url) {
  const std::size_t colon = url.find(':');
  return colon == url.npos ? std::string() : url.substr(0, colon);
}

Result<std::string> PercentDecode(const std::string& text) {
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
      return InvalidError("has a % that two hexadecimal digits do not follow");
    }
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

std::string BackingUrl::Place(std::uint16_t default_port) const {
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}{}", scheme, v6 ? "[" : "", host, v6 ? "]" : "",
                     port == 0 ? default_port : port, path);
}

Result<BackingUrl> ParseBackingUrl(const std::string& url) {
  BackingUrl parsed;
  std::string_view rest = url;
  const std::size_t slashes = rest.find("://");
  if (slashes == rest.npos || slashes == 0) {
    return InvalidError("is no URL: write scheme://host:port/…");
  }
  parsed.scheme = rest.substr(0, slashes);
  rest.remove_prefix(slashes + 3);
  if (const std::size_t question = rest.find('?'); question != rest.npos) {
    if (Status status = ReadOptions(rest.substr(question + 1), parsed.options); !status) {
      return status.error();
    }
    rest = rest.substr(0, question);
  }
  const std::string_view authority = rest.substr(0, rest.find('/'));
  Result<std::string> path = PercentDecode(std::string(rest.substr(authority.size())));
  if (!path) return path.error();
  parsed.path = std::move(path).value();
  const std::size_t at = authority.rfind('@');
  if (at != authority.npos) {
    Status status = ReadCredentials(authority.substr(0, at), parsed);
    if (!status) return status.error();
  }
  const std::string_view host = at == authority.npos ? authority : authority.substr(at + 1);
  if (Status status = ReadHost(host, parsed); !status) return status.error();
  return parsed;
}

}  // namespace twelve

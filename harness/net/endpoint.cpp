#include "harness/net/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace twelve {
namespace {

std::optional<unsigned> Number(std::string_view text, unsigned limit) {
  if (text.empty() || text.size() > 5) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= limit ? std::optional(value) : std::nullopt;
}

bool IsIPv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || !Number(text.substr(0, dot), 255)) return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

bool IsIPv6(std::string_view text) {
  return text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

Error NoEndpoint(std::string_view text) {
  return InvalidError(fmt::format(
      "\"{}\" is no address with a port; write one such as 127.0.0.1:8000 (names are not looked "
      "up)",
      text));
}

}  // namespace

Result<Endpoint> ParseEndpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view digits = colon == std::string_view::npos ? text : text.substr(colon + 1);
  std::string_view address = colon == std::string_view::npos ? "" : text.substr(0, colon);
  const std::optional<unsigned> port = Number(digits, 65535);
  if (!port || *port == 0) return NoEndpoint(text);
  Endpoint endpoint;
  endpoint.port = static_cast<std::uint16_t>(*port);
  if (address.empty() || address == "localhost") return endpoint;
  if (address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
    if (!IsIPv6(address)) return NoEndpoint(text);
  } else if (!IsIPv4(address)) {
    return NoEndpoint(text);
  }
  endpoint.address = address;
  return endpoint;
}

Result<std::vector<Endpoint>> ParseEndpoints(std::string_view text) {
  std::vector<Endpoint> endpoints;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto endpoint = ParseEndpoint(text.substr(0, comma));
    if (!endpoint) return endpoint.error();
    endpoints.push_back(*endpoint);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return endpoints;
}

bool IsLoopback(std::string_view address) {
  return address == "localhost" || address == "::1" ||
         (address.starts_with("127.") && IsIPv4(address));
}

std::string EndpointText(const Endpoint& endpoint) {
  const bool v6 = endpoint.address.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", endpoint.address, v6 ? "]" : "", endpoint.port);
}

}  // namespace twelve

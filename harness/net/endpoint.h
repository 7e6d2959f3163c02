#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// Where to connect to. Names are never looked up, except that "localhost" is 127.0.0.1.
struct Endpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "127.0.0.1:8000", "localhost:8000", "[::1]:8000", ":8000" or "8000". kInvalid for anything else.
Result<Endpoint> ParseEndpoint(std::string_view text);
/// Several of them, separated by commas.
Result<std::vector<Endpoint>> ParseEndpoints(std::string_view text);
/// 127.0.0.0/8, ::1 or localhost: traffic to it stays on this machine.
bool IsLoopback(std::string_view address);
/// "127.0.0.1:8000", "[::1]:8000".
std::string EndpointText(const Endpoint& endpoint);

}  // namespace twelve

#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "harness/base/result.h"

namespace twelve {

/// scheme://user:password@host:port/path?name=value&… of a service that is reached over a network,
/// taken apart and percent-decoded. An IPv6 address stands in brackets, and is kept without them.
struct BackingUrl {
  std::string scheme;
  std::string user;
  std::string password;
  std::string host;
  std::uint16_t port = 0;  // 0: none given
  std::string path;        // with its leading '/', or empty
  std::map<std::string, std::string> options;

  /// "redis://127.0.0.1:6379/0": what may be printed. `default_port` stands where none was given.
  std::string Place(std::uint16_t default_port) const;
};

/// Errors: kInvalid; the message completes "CACHE_URL …" and holds no part of the URL.
Result<BackingUrl> ParseBackingUrl(const std::string& url);

/// What stands before the first ':'; empty when there is none.
std::string SchemeOf(const std::string& url);

/// "%41" as "A". Errors: kInvalid when two hexadecimal digits do not follow a %, or they mean NUL.
Result<std::string> PercentDecode(const std::string& text);

}  // namespace twelve

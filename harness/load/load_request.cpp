#include "harness/load/load_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/net/endpoint.h"

namespace twelve {
namespace {

std::string LowerName(const std::string& header) {
  std::string name = header.substr(0, header.find(':'));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name;
}

}  // namespace

bool IsSafeMethod(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

std::string RequestBytes(const LoadKind& kind, const LoadTarget& target) {
  std::string bytes = fmt::format("{} {} HTTP/1.1\r\n", kind.method, kind.path);
  bool has_host = false;
  for (const std::string& header : kind.headers) {
    const std::string name = LowerName(header);
    if (name == "content-length") continue;
    has_host = has_host || name == "host";
    bytes += header + "\r\n";
  }
  if (!has_host) {
    bytes += fmt::format("Host: {}\r\n", EndpointText({target.address, target.port}));
  }
  if (!kind.body.empty() || kind.method == "POST" || kind.method == "PUT") {
    bytes += fmt::format("Content-Length: {}\r\n", kind.body.size());
  }
  return bytes + "\r\n" + kind.body;
}

}  // namespace twelve

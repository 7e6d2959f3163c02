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

std::string RequestBytes(const LoadPlan& plan, const LoadTarget& target) {
  std::string bytes = fmt::format("{} {} HTTP/1.1\r\n", plan.method, plan.path);
  bool has_host = false;
  for (const std::string& header : plan.headers) {
    const std::string name = LowerName(header);
    if (name == "content-length") continue;
    has_host = has_host || name == "host";
    bytes += header + "\r\n";
  }
  if (!has_host) {
    bytes += fmt::format("Host: {}\r\n", EndpointText({target.address, target.port}));
  }
  if (!plan.body.empty() || plan.method == "POST" || plan.method == "PUT") {
    bytes += fmt::format("Content-Length: {}\r\n", plan.body.size());
  }
  return bytes + "\r\n" + plan.body;
}

}  // namespace twelve

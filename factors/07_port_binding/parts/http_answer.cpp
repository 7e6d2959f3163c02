#include "factors/07_port_binding/parts/http_answer.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

namespace twelve {
namespace {

struct Reason {
  int status;
  const char* text;
};
// RFC 9110, section 15: what routes and the server here answer with. The text is for people; a
// client goes by the number.
constexpr Reason kReasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

std::string_view ReasonFor(int status) {
  const auto* found = std::find_if(std::begin(kReasons), std::end(kReasons),
                                   [status](const Reason& one) { return one.status == status; });
  return found == std::end(kReasons) ? "Other" : found->text;
}

/// The server decides these for every answer.
bool IsOfServer(std::string_view name) {
  constexpr std::string_view kNames[] = {"Connection", "Content-Length",    "Content-Type",
                                         "Keep-Alive", "Transfer-Encoding", "X-Request-Id",
                                         "traceparent"};
  return std::any_of(std::begin(kNames), std::end(kNames), [name](std::string_view one) {
    return one.size() == name.size() && ::strncasecmp(one.data(), name.data(), one.size()) == 0;
  });
}

}  // namespace

HttpAnswer::HttpAnswer(const HttpResponse& response) : response_(response) {
  bytes_.reserve(512 + response.body.size());
  bytes_ += "HTTP/1.1 ";
  bytes_.append(fmt::format_int(response.status).c_str()).append(" ");
  bytes_.append(ReasonFor(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (!IsOfServer(name)) Add(name, value);
  }
}

void HttpAnswer::Add(std::string_view name, std::string_view value) {
  const auto breaks = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
  };
  if (name.empty() || breaks(name) || breaks(value)) return;
  bytes_.append(name).append(": ").append(value).append("\r\n");
}

std::string HttpAnswer::Finish(bool to_head) {
  const bool has_no_body = response_.status == 204 || response_.status == 304;
  if (!has_no_body) {
    if (!response_.body.empty()) Add("Content-Type", response_.content_type);
    Add("Content-Length", fmt::format_int(response_.body.size()).c_str());
  }
  bytes_ += "\r\n";
  if (!has_no_body && !to_head) bytes_ += response_.body;
  return std::move(bytes_);
}

}  // namespace twelve

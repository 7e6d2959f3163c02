#include "harness/router/forwarded_head.h"

#include <fmt/format.h>

#include <algorithm>

namespace twelve {
namespace {

constexpr std::size_t kMaxRequestId = 128;
constexpr std::string_view kScheme = "http://";

void AppendField(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ").append(value).append("\r\n");
}

/// The target in the form that services expect ("/path"), and the host that it is for.
struct Target {
  std::string_view path, host;
};

Target TargetOf(const HttpRequestHead& head) {
  if (!EqualsIgnoringCase(head.target.substr(0, kScheme.size()), kScheme)) {
    return {head.target, head.host};
  }
  // "http://host/path" (RFC 9112, 3.2.2): its host counts, not that of the field.
  const std::string_view rest = head.target.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
  return {rest.substr(slash), rest.substr(0, slash)};
}

std::string_view ConnectionOf(const std::vector<HttpField>& fields) {
  return FindField(fields, "connection").value_or(std::string_view());
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 408:
      return "Request Timeout";
    case 414:
      return "URI Too Long";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Service Unavailable";
  }
}

}  // namespace

std::string_view RequestIdOf(const HttpRequestHead& head) {
  const std::string_view id = FindField(head.fields, "x-request-id").value_or(std::string_view());
  const bool printable = std::all_of(
      id.begin(), id.end(), [](char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x7f; });
  return printable && id.size() <= kMaxRequestId ? id : std::string_view();
}

std::string_view StickyNameOf(const HttpRequestHead& head, std::string_view cookie) {
  for (const HttpField& field : head.fields) {
    if (!EqualsIgnoringCase(field.name, "cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
      if (pair.size() > cookie.size() && pair.starts_with(cookie) && pair[cookie.size()] == '=') {
        return pair.substr(cookie.size() + 1);
      }
    }
  }
  return {};
}

std::optional<HttpRefusal> WhyNotForwarded(const HttpRequestHead& head) {
  if (head.method == "CONNECT") {
    return HttpRefusal{501, "this router opens no tunnels: CONNECT is not served"};
  }
  if (ListHas(head.upgrade, "websocket")) {
    return HttpRefusal{501, "this router passes on no upgraded connections: no WebSocket"};
  }
  const Target target = TargetOf(head);
  const bool star = target.path == "*" && head.method == "OPTIONS";
  if (!star && !target.path.empty() && target.path[0] != '/' && target.path[0] != '?') {
    return HttpRefusal{400, "the target of the request must begin with \"/\""};
  }
  return std::nullopt;
}

void AppendRequestHead(const HttpRequestHead& head, const RequestForwarding& forwarding,
                       std::string& out) {
  const Target target = TargetOf(head);
  const std::string_view connection = ConnectionOf(head.fields);
  const bool no_slash = target.path.empty() || target.path[0] == '?';
  out.append(head.method).append(no_slash ? " /" : " ").append(target.path).append(" HTTP/1.1\r\n");
  if (!target.host.empty()) AppendField("Host", target.host, out);
  std::string forwarded_for;
  bool has_proto = false, has_host = false, has_id = false;
  for (const HttpField& field : head.fields) {
    if (EqualsIgnoringCase(field.name, "host") || IsHopByHop(field.name, connection)) continue;
    if (field.name[0] == 'x' || field.name[0] == 'X') {
      if (EqualsIgnoringCase(field.name, "x-forwarded-for")) {
        forwarded_for.append(field.value).append(", ");
        continue;
      }
      if (EqualsIgnoringCase(field.name, "x-request-id")) {
        if (field.value != forwarding.request_id || has_id) continue;
        has_id = true;
      }
      has_proto = has_proto || EqualsIgnoringCase(field.name, "x-forwarded-proto");
      has_host = has_host || EqualsIgnoringCase(field.name, "x-forwarded-host");
    }
    AppendField(field.name, field.value, out);
  }
  AppendField("X-Forwarded-For", forwarded_for.append(forwarding.client_address), out);
  if (!has_proto) AppendField("X-Forwarded-Proto", "http", out);
  if (!has_host && !target.host.empty()) AppendField("X-Forwarded-Host", target.host, out);
  if (!has_id) AppendField("X-Request-Id", forwarding.request_id, out);
  out += "\r\n";
}

void AppendResponseHead(const HttpResponseHead& head, const ResponseForwarding& forwarding,
                        std::string& out) {
  const std::string_view connection = ConnectionOf(head.fields);
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} ", head.status);
  out.append(head.reason).append("\r\n");
  bool has_id = false;
  for (const HttpField& field : head.fields) {
    if (IsHopByHop(field.name, connection)) continue;
    if (forwarding.without_chunks && EqualsIgnoringCase(field.name, "transfer-encoding")) continue;
    has_id = has_id || EqualsIgnoringCase(field.name, "x-request-id");
    AppendField(field.name, field.value, out);
  }
  if (!has_id) AppendField("X-Request-Id", forwarding.request_id, out);
  AppendField("X-Served-By", forwarding.served_by, out);
  if (!forwarding.cookie.empty()) {
    out.append("Set-Cookie: ").append(forwarding.cookie).append("=").append(forwarding.served_by);
    out.append("; Path=/; HttpOnly\r\n");
  }
  if (forwarding.close) {
    out += "Connection: close\r\n";
  } else if (forwarding.say_keep_alive) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

void AppendOwnAnswer(const OwnAnswer& answer, std::string_view request_id, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=utf-8\r\n"
                 "Content-Length: {}\r\n",
                 answer.status, ReasonOf(answer.status), answer.text.size() + 1);
  if (answer.status == 503) out += "Retry-After: 1\r\n";
  if (!request_id.empty()) AppendField("X-Request-Id", request_id, out);
  if (answer.close) out += "Connection: close\r\n";
  out += "\r\n";
  if (!answer.to_head) out.append(answer.text).append("\n");
}

}  // namespace twelve

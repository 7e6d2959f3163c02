#pragma once

#include <string>
#include <string_view>

#include "harness/net/http_head.h"

namespace twelve {

/// What a router adds to a request.
struct RequestForwarding {
  std::string_view client_address;
  std::string_view request_id;
};
/// The id that the request has, if it is one that may go into a log; else nothing.
std::string_view RequestIdOf(const HttpRequestHead& head);
/// The process that the client's cookie names; empty if there is none.
std::string_view StickyNameOf(const HttpRequestHead& head, std::string_view cookie);
/// Why the router does not serve such a request at all; nothing if it does.
std::optional<HttpRefusal> WhyNotForwarded(const HttpRequestHead& head);

/// Adds to `out` the head that goes to a process: without what concerns the client's connection,
/// with X-Forwarded-For, -Proto, -Host and X-Request-Id. REQUIRES: !WhyNotForwarded(head).
void AppendRequestHead(const HttpRequestHead& head, const RequestForwarding& forwarding,
                       std::string& out);

/// What a router adds to an answer.
struct ResponseForwarding {
  std::string_view request_id;
  std::string_view served_by;   // the name of the process
  std::string_view cookie;      // name of the sticky cookie; empty: none is set
  bool close = false;           // the client's connection ends after it
  bool say_keep_alive = false;  // to a client of HTTP/1.0, which would not know
  bool without_chunks = false;  // the body is passed on without its chunk sizes
};
void AppendResponseHead(const HttpResponseHead& head, const ResponseForwarding& forwarding,
                        std::string& out);

/// An answer of the router itself, one sentence long.
struct OwnAnswer {
  int status = 503;
  std::string_view text;
  bool close = false;
  bool to_head = false;  // the request was HEAD
};
void AppendOwnAnswer(const OwnAnswer& answer, std::string_view request_id, std::string& out);

}  // namespace twelve

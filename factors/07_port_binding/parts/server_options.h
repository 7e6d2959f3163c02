#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "factors/07_port_binding/parts/trace_context.h"
#include "harness/base/clock.h"

namespace twelve {

/// What one client may cost. Each value is enough for an honest one on a slow line.
struct ServerLimits {
  Duration header_deadline = std::chrono::seconds(10);  // from the first byte of a request
  Duration body_deadline = std::chrono::seconds(30);    // from the end of the header
  Duration write_timeout = std::chrono::seconds(10);    // without any progress
  Duration idle_timeout = std::chrono::seconds(15);     // between two requests
  Duration linger = std::chrono::milliseconds(500);     // for a client to take the last answer
  std::size_t max_header_bytes = 64 * 1024;
  std::size_t max_body_bytes = 1024 * 1024;  // decoded: chunked and compressed ones as well
  std::size_t max_connections = 1024;        // served at once; the next ones wait
};

struct ServerOptions {
  ServerLimits limits = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // added to every answer
  /// Of the request id, the traceparent and the tracestate that a client sent.
  TraceContext (*trace)(std::string_view, std::string_view, std::string_view) = MakeTraceContext;
};

}  // namespace twelve

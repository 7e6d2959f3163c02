#pragma once

#include <string>
#include <string_view>

namespace twelve {

/// What ties the events of one request together, over all the services that it passes.
struct TraceContext {
  std::string request_id;  // X-Request-Id
  std::string trace_id;    // 32 hexadecimal digits
  std::string span_id;     // 16: this service's part of the trace
  std::string flags;       // 2
  std::string state;       // tracestate, as the client sent it; empty for none

  /// The W3C header for whoever comes next.
  std::string Traceparent() const;
};

/// Takes over what the client sent where it is well-formed (request id: up to 128 letters, digits,
/// "-", "_", "." and ":"; traceparent: W3C Trace Context, version 00 or a later one), and draws the
/// rest. A tracestate belongs to its traceparent: it goes when that is replaced.
TraceContext MakeTraceContext(std::string_view request_id, std::string_view traceparent,
                              std::string_view tracestate = {});

/// Violation "drop-traceparent": begins a trace of its own for every request, so that the one of
/// the caller ends at the door.
TraceContext DropTraceContext(std::string_view request_id, std::string_view traceparent,
                              std::string_view tracestate);

}  // namespace twelve

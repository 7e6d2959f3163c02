#include "factors/07_port_binding/parts/trace_context.h"

#include <algorithm>

#include "factors/contracts/random_id.h"

namespace twelve {
namespace {

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool IsRequestId(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_.:").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), allowed);
}

/// "00-" trace id "-" parent id "-" flags; ids of nothing but zeros are invalid.
bool IsTraceparent(std::string_view text) {
  return text.size() == 55 && text.substr(0, 3) == "00-" && text[35] == '-' && text[52] == '-' &&
         IsHex(text.substr(3, 32)) && IsHex(text.substr(36, 16)) && IsHex(text.substr(53)) &&
         text.substr(3, 32).find_first_not_of('0') != text.npos &&
         text.substr(36, 16).find_first_not_of('0') != text.npos;
}

}  // namespace

std::string TraceContext::Traceparent() const {
  return "00-" + trace_id + "-" + span_id + "-" + flags;
}

TraceContext MakeTraceContext(std::string_view request_id, std::string_view traceparent) {
  TraceContext context;
  context.request_id = IsRequestId(request_id) ? std::string(request_id) : RandomHex<16>();
  if (IsTraceparent(traceparent)) {
    context.trace_id = traceparent.substr(3, 32);
    context.flags = traceparent.substr(53);
  } else {
    context.trace_id = RandomHex<16>();
    context.flags = "01";
  }
  context.span_id = RandomHex<8>();
  return context;
}

}  // namespace twelve

#include "factors/07_port_binding/parts/trace_context.h"

#include <sys/random.h>

#include <algorithm>
#include <array>

namespace twelve {
namespace {

/// Random hexadecimal digits for ids, which are no secrets: one call of the kernel serves some
/// 25 requests of a thread.
class Digits {
 public:
  void Append(std::string& text, std::size_t count) {
    if (next_ + count > digits_.size()) Draw();
    text.append(digits_.data() + next_, count);
    next_ += count;
  }

 private:
  void Draw() {
    std::array<unsigned char, 1024> bytes;
    while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      digits_[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
      digits_[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    next_ = 0;
  }

  std::array<char, 2048> digits_;
  std::size_t next_ = digits_.size();
};

std::string Draw(std::size_t count) {
  thread_local Digits digits;
  std::string text;
  digits.Append(text, count);
  return text;
}

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

/// version "-" trace id "-" parent id "-" flags; ids of nothing but zeros are invalid. A version
/// after 00 may have more behind another "-"; ff is no version.
bool IsTraceparent(std::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const std::string_view version = text.substr(0, 2);
  if (version == "ff" || (text.size() > 55 && (version == "00" || text[55] != '-'))) return false;
  return IsHex(version) && IsHex(text.substr(3, 32)) && IsHex(text.substr(36, 16)) &&
         IsHex(text.substr(53, 2)) && text.substr(3, 32).find_first_not_of('0') != text.npos &&
         text.substr(36, 16).find_first_not_of('0') != text.npos;
}

/// Nothing that would end a header, and no more than 512 characters: what others must pass on.
bool IsTracestate(std::string_view text) {
  return text.size() <= 512 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::string TraceContext::Traceparent() const {
  std::string text;
  text.reserve(55);
  return text.append("00-").append(trace_id).append("-").append(span_id).append("-").append(flags);
}

TraceContext MakeTraceContext(std::string_view request_id, std::string_view traceparent,
                              std::string_view tracestate) {
  TraceContext context;
  context.request_id = IsRequestId(request_id) ? std::string(request_id) : Draw(32);
  if (IsTraceparent(traceparent)) {
    context.trace_id = traceparent.substr(3, 32);
    context.flags = traceparent.substr(53, 2);
    if (IsTracestate(tracestate)) context.state = tracestate;
  } else {
    context.trace_id = Draw(32);
    context.flags = "01";
  }
  context.span_id = Draw(16);
  return context;
}

TraceContext DropTraceContext(std::string_view request_id, std::string_view /*traceparent*/,
                              std::string_view /*tracestate*/) {
  return MakeTraceContext(request_id, {}, {});
}

}  // namespace twelve

#include "factors/11_logs/parts/json_event_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <iterator>

#include <nlohmann/json.hpp>

#include "factors/contracts/log_context.h"
#include "factors/contracts/random_id.h"

namespace twelve {
namespace {

constexpr std::size_t kMaxText = 600;  // bytes of one value

const char* NameOf(EventLevel level) {
  switch (level) {
    case EventLevel::kDebug:
      return "DEBUG";
    case EventLevel::kInfo:
      return "INFO";
    case EventLevel::kWarning:
      return "WARNING";
    case EventLevel::kError:
      return "ERROR";
  }
  return "INFO";
}

/// "2023-11-14T22:13:20.045Z". A calendar is slow, and takes a lock: each thread asks it once a
/// second.
void AppendTimestamp(std::string& line, WallTime time) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  thread_local std::time_t known = -1;
  thread_local std::string text;
  const auto since_epoch = duration_cast<milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = since_epoch / 1000;
  if (seconds != known) {
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.", utc.tm_year + 1900, utc.tm_mon + 1,
                       utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
    known = seconds;
  }
  const auto ms = since_epoch % 1000;
  line += text;
  line += static_cast<char>('0' + ms / 100);
  line += static_cast<char>('0' + ms / 10 % 10);
  line += static_cast<char>('0' + ms % 10);
  line += 'Z';
}

/// Most texts are plain ASCII and stand for themselves; what is not is the library's to write.
void AppendText(std::string& line, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (plain) {
    line.append("\"").append(text).append("\"");
  } else {
    line += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

struct AppendValue {
  std::string& line;

  void operator()(const std::string& text) const {
    if (text.size() <= kMaxText) return AppendText(line, text);
    AppendText(line, text.substr(0, kMaxText) + "…");
  }
  void operator()(std::int64_t number) const { line += fmt::format_int(number).c_str(); }
  void operator()(double number) const {
    if (!std::isfinite(number)) {
      line += "null";  // JSON has no other word for it
    } else {
      fmt::format_to(std::back_inserter(line), "{}", number);
    }
  }
  void operator()(bool yes) const { line += yes ? "true" : "false"; }
};

void AppendField(std::string& line, const EventField& field) {
  if (line.back() != '{') line += ',';
  AppendText(line, field.name);
  line += ':';
  std::visit(AppendValue{line}, field.value);
}

void AppendFields(std::string& line, const std::vector<EventField>& fields) {
  for (const EventField& field : fields) AppendField(line, field);
}

void AppendUnlessThere(std::string& line, const Event& event, std::string_view name,
                       const std::string& value) {
  const bool there = std::any_of(event.data.begin(), event.data.end(),
                                 [name](const EventField& field) { return field.name == name; });
  if (!value.empty() && !there) AppendField(line, {name, value});
}

}  // namespace

JsonEventFormat::JsonEventFormat(const Clock& clock, const std::string& service, EventLevel least,
                                 const ReleaseStamp& stamp)
    : clock_(clock), trace_id_(RandomHex<16>()), least_(least) {
  AppendText(service_, service.substr(0, kMaxText));
  for (const auto& [name, value] :
       {std::pair("release", stamp.release), std::pair("commit", stamp.commit)}) {
    if (value.empty()) continue;
    stamp_.append(",\"").append(name).append("\":");
    AppendText(stamp_, value.substr(0, kMaxText));
  }
}

/// Up to the opening brace of "data".
std::string JsonEventFormat::Head(const Event& event) const {
  const LogContext* const context = LogContextScope::Current();
  std::string line;
  line.reserve(512);
  line += "{\"timestamp\":\"";
  AppendTimestamp(line, clock_.WallNow());
  line.append("\",\"service\":").append(service_).append(",\"event_type\":");
  AppendText(line, event.type);
  line.append(",\"level\":\"").append(NameOf(event.level)).append("\",\"trace_id\":");
  if (!event.trace_id.empty()) {
    AppendText(line, event.trace_id);
  } else if (context != nullptr && !context->trace_id.empty()) {
    AppendText(line, context->trace_id);
  } else {
    AppendText(line, trace_id_);
  }
  return line.append(stamp_).append(",\"data\":{");
}

std::optional<std::string> JsonEventFormat::Line(const Event& event) const {
  if (event.level < least_) return std::nullopt;
  std::string line = Head(event);
  const std::size_t head = line.size();
  AppendFields(line, event.data);
  if (!event.context.empty()) {
    line.append(line.back() == '{' ? "" : ",").append("\"context\":{");
    AppendFields(line, event.context);
    line += '}';
  }
  if (const LogContext* const context = LogContextScope::Current()) {
    AppendUnlessThere(line, event, "request_id", context->request_id);
    AppendUnlessThere(line, event, "job_id", context->job_id);
  }
  line += "}}\n";
  if (line.size() > kMaxLine) {
    const std::size_t size = line.size();
    line.resize(head);
    fmt::format_to(std::back_inserter(line), "\"left_out_bytes\":{}}}}}\n", size);
  }
  return line;
}

}  // namespace twelve

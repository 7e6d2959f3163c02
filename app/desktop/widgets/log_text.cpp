#include "app/desktop/widgets/log_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <optional>

#include "harness/logs/json_fields.h"

namespace twelve {
namespace {

std::string ClockTime(WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  const auto whole = std::chrono::time_point_cast<std::chrono::seconds>(at);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at - whole).count();
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", parts.tm_hour, parts.tm_min, parts.tm_sec,
                     ms < 0 ? ms + 1000 : ms);
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// What the columns of the view, or the colour, show already.
bool ShownElsewhere(std::string_view name) {
  for (const char* known : {"timestamp", "time", "ts", "@timestamp", "level", "severity", "service",
                            "hostname", "pid", "process_id"}) {
    if (name == known) {
      return true;
    }
  }
  return false;
}

bool SaysWhatHappened(std::string_view name) {
  return name == "event" || name == "event_type" || name == "message" || name == "msg";
}

/// Names that tell one request from another: for whoever searches, not for whoever reads.
bool IsIdentifier(std::string_view name) {
  return name.size() > 3 && name.substr(name.size() - 3) == "_id";
}

/// A JSON object as "request method=GET path=/ status=200"; nothing if it is none.
std::optional<std::string> FieldsText(const std::string& text) {
  const std::optional<std::vector<JsonField>> fields = ParseJsonFields(text);
  if (!fields) {
    return std::nullopt;
  }
  std::string head;
  std::string middle;
  std::string tail;
  for (const JsonField& field : *fields) {
    const std::string_view path = field.path;
    const std::size_t dot = path.rfind('.');
    const std::string_view name = dot == std::string_view::npos ? path : path.substr(dot + 1);
    if (SaysWhatHappened(path)) {
      head += field.value + " ";
    } else if (!ShownElsewhere(path) && field.kind != JsonField::Kind::kNull &&
               field.kind != JsonField::Kind::kEmpty) {
      std::string& part = IsIdentifier(name) ? tail : middle;
      part += std::string(name) + "=" + field.value + " ";
    }
  }
  return head + middle + tail;
}

}  // namespace

int CharacterCount(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

std::size_t ByteOfColumn(std::string_view text, int column) {
  std::size_t at = 0;
  for (int i = 0; i < column && at < text.size(); i++) {
    at++;
    while (at < text.size() && IsContinuation(text[at])) {
      at++;
    }
  }
  return at;
}

std::string ShownLine(const LogLine& line, const std::vector<std::string>& sources,
                      std::size_t source_width, bool fields) {
  const std::string_view source =
      line.source < sources.size() ? std::string_view(sources[line.source]) : std::string_view("?");
  std::string shown = fmt::format("{} {:<{}} ", ClockTime(line.wall), source, source_width);
  const std::optional<std::string> as_fields =
      fields && LooksLikeJson(line.text) ? FieldsText(line.text) : std::nullopt;
  for (const char c : as_fields ? *as_fields : line.text) {
    if (c == '\t') {
      shown += "    ";
    } else {
      shown += c;
    }
  }
  return shown;
}

}  // namespace twelve

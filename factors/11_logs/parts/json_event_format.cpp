#include "factors/11_logs/parts/json_event_format.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include <nlohmann/json.hpp>

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

std::string Timestamp(WallTime time) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto since_epoch = duration_cast<milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = since_epoch / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     since_epoch % 1000);
}

nlohmann::ordered_json ToJson(const EventField& field) {
  if (const auto* text = std::get_if<std::string>(&field.value)) {
    return text->size() <= kMaxText ? *text : text->substr(0, kMaxText) + "…";
  }
  return std::visit([](const auto& value) { return nlohmann::ordered_json(value); }, field.value);
}

std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

JsonEventFormat::JsonEventFormat(const Clock& clock, std::string service, EventLevel least,
                                 ReleaseStamp stamp)
    : clock_(clock),
      service_(std::move(service)),
      trace_id_(RandomHex<16>()),
      least_(least),
      stamp_(std::move(stamp)) {}

std::optional<std::string> JsonEventFormat::Line(const Event& event) const {
  if (event.level < least_) return std::nullopt;
  nlohmann::ordered_json json = {
      {"timestamp", Timestamp(clock_.WallNow())},
      {"service", service_},
      {"event_type", event.type},
      {"level", NameOf(event.level)},
      {"trace_id", event.trace_id.empty() ? trace_id_ : event.trace_id},
  };
  if (!stamp_.release.empty()) json["release"] = stamp_.release;
  if (!stamp_.commit.empty()) json["commit"] = stamp_.commit;
  json["data"] = nlohmann::ordered_json::object();
  for (const EventField& field : event.data) json["data"][std::string(field.name)] = ToJson(field);
  std::string line = Dump(json);
  if (line.size() > kMaxLine) {
    json["data"] = {{"left_out_bytes", line.size()}};
    line = Dump(json);
  }
  return line;
}

}  // namespace twelve

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace twelve {

enum class EventLevel { kDebug, kInfo, kWarning, kError };

/// One named value of an event's data.
struct EventField {
  std::string_view name;
  std::variant<std::string, std::int64_t, double, bool> value;
};

/// Something that happened, told to whoever reads the service's output.
struct Event {
  std::string_view type;  // "http_request", "listening"
  std::vector<EventField> data = {};
  EventLevel level = EventLevel::kInfo;
  std::string trace_id = {};  // empty: the one of the process
};

/// Where events go. The sink adds the time and the name of the service.
///
/// Threads: any.
/// Errors:  none reach the caller. What cannot be written is dropped and counted: telling what
///          happens must never stop it from happening.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void Write(const Event& event) = 0;
  /// Events that were lost since the start.
  virtual std::uint64_t Dropped() const = 0;
};

}  // namespace twelve

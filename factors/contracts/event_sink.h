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
  /// Empty: the one of the LogContextScope that this thread is in, or else of the process.
  std::string trace_id = {};
  /// Of a failure: what it was about. Stands in the data as one object, "context".
  std::vector<EventField> context = {};
};

/// The event of something that failed: which kind of failure, its message, and what it was about.
inline Event ErrorEvent(std::string type, std::string message,
                        std::vector<EventField> context = {}) {
  return {"error",
          {{"error_type", std::move(type)}, {"error_message", std::move(message)}},
          EventLevel::kError,
          {},
          std::move(context)};
}

/// Where events go. The sink adds the time, the service and its release, and the LogContext that
/// the thread is in (log_context.h).
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

#include "factors/11_logs/parts/request_events.h"

namespace twelve {

EventLevel RequestEvents::LevelOf(int status) const {
  if (status < 500) return EventLevel::kInfo;
  if (status != 503) return EventLevel::kError;
  return drain_.draining() ? EventLevel::kInfo : EventLevel::kWarning;
}

void RequestEvents::Observe(const RequestRecord& record) const {
  if (!record.error.empty()) {
    Event error = ErrorEvent(
        record.error_type, record.error,
        {{"request_id", record.request_id}, {"method", record.method}, {"path", record.path}});
    error.trace_id = record.trace_id;
    events_.Write(error);
  }
  events_.Write({"http_request",
                 {{"request_id", record.request_id},
                  {"method", record.method},
                  {"path", record.path},
                  {"status_code", std::int64_t{record.status}},
                  {"duration_ms", ToMs(record.took)}},
                 LevelOf(record.status),
                 record.trace_id});
}

}  // namespace twelve

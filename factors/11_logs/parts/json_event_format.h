#pragma once

#include <optional>
#include <string>
#include <vector>

#include "factors/contracts/event_sink.h"
#include "harness/base/clock.h"

namespace twelve {

/// Which code writes the events; each of them says it (factor I).
struct ReleaseStamp {
  std::string release = {};  // empty, here and below: left out
  std::string commit = {};
};

/// Writes an event as one line of JSON, at most kMaxLine bytes with its newline:
///   {"timestamp": RFC 3339 in UTC with milliseconds, "service", "event_type", "level",
///    "trace_id", "release", "commit", "data"}
/// Factor XI: one event is one line, so that any tool can route it without knowing the service.
///
/// Threads: any; it holds no state that changes. The clock must outlive it.
class JsonEventFormat {
 public:
  /// PIPE_BUF: up to here the kernel writes to a pipe whole or not at all (pipe(7)).
  static constexpr std::size_t kMaxLine = 4096;

  JsonEventFormat(const Clock& clock, const std::string& service, EventLevel least,
                  const ReleaseStamp& stamp = {});

  /// Empty when the event is below the least level that is wanted. Long values are cut; bytes
  /// that are not UTF-8 are replaced. The LogContext of the thread is in it.
  std::optional<std::string> Line(const Event& event) const;

 private:
  std::string Head(const Event& event) const;

  const Clock& clock_;
  std::string service_;   // as JSON
  std::string stamp_;     // as JSON: ,"release":"v7","commit":"abc"
  std::string trace_id_;  // of events that belong to no request
  EventLevel least_;
};

}  // namespace twelve

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "factors/contracts/database.h"
#include "factors/contracts/event_sink.h"
#include "harness/base/clock.h"

namespace twelve {

/// What the command line of "twelve-service admin TASK …" asks for.
struct AdminRequest {
  std::string task;           // "migrate"
  std::string action;         // of migrate: "up", "down" or "status"; empty is "up"
  std::optional<int> to;      // of migrate: the version to stop at
  std::int64_t count = 1000;  // of seed
  Duration older_than = std::chrono::hours(24 * 30);  // of cleanup
};

/// A row for --help.
struct AdminTaskRow {
  std::string_view name;
  std::string_view usage;
  std::string_view what;
};
std::span<const AdminTaskRow> AdminTasks();

/// Errors: kInvalid, for exit code 64: a task that there is not (the message names those that there
/// are), or what does not go with it.
Status CheckAdminRequest(const AdminRequest& request);

/// "90d", "12h", "30m" or "45s". Errors: kInvalid.
Result<Duration> ParseAge(const std::string& text);

/// What a task works with. All of it must outlive the task.
struct AdminNeeds {
  /// The database of the items first; then other SQL databases that are attached.
  std::vector<Database*> databases;
  EventSink& events;
  const Clock& clock;
  /// True when the process has been asked to end: a long task stops between two steps.
  std::function<bool()> asked_to_end;
};

/// Factor XII: runs one task and comes back. Safe to run twice, and while the service runs:
/// migrate does what is missing, seed adds what is not there, cleanup works in small pieces.
/// Progress is told as events.
///
/// Threads: one.
/// Errors:  the task has failed, with one sentence; kClosed when it was asked to end before it was
///          done.
Status RunAdminTask(const AdminRequest& request, const AdminNeeds& needs);

}  // namespace twelve

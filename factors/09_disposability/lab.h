#pragma once

#include <string>
#include <vector>

#include "factors/scene.h"
#include "harness/rig/deploy.h"
#include "harness/rig/rig.h"

namespace twelve::disposability {

/// How much of the time before a step its picture shows.
inline constexpr Duration kLeadIn = std::chrono::milliseconds(800);

/// What the steps of this factor work on, and the notes that they leave for the picture.
///
/// Threads: the experiment's. Owns: nothing but the notes.
struct Lab {
  Rig& rig;
  Deploy& deploy;
  Load& load;
  Duration grace = std::chrono::seconds(5);  // from SIGTERM to SIGKILL, shortened for a lesson
  std::vector<Marker> markers = {};
  std::vector<TimelineRow> events = {};

  TimePoint Now() const { return rig.clock().Now(); }
  /// A row in the list of events and a line through the lane of `process` ("" = all lanes).
  void Note(const std::string& process, const std::string& label, const std::string& text,
            bool trouble = false);
};

/// Requests whose life touches a span of time.
struct Traffic {
  int total = 0;
  int failed = 0;
  int failed_elsewhere = 0;  // on other processes than the one that was signalled
  double slowest_ms = 0;     // response time, from the planned moment
};
Traffic CountTraffic(const LoadSnapshot& load, const std::string& process, TimePoint from,
                     TimePoint to);

/// Requests that `process` is answering right now.
int InFlight(const LoadSnapshot& load, const std::string& process);

}  // namespace twelve::disposability

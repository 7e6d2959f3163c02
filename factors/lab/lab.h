#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "factors/experiment.h"
#include "factors/scene.h"
#include "harness/rig/deploy.h"
#include "harness/rig/rig.h"

namespace twelve {

/// How much of the time before a step its picture shows.
inline constexpr Duration kLeadIn = std::chrono::milliseconds(800);

/// What one step came to. `observed` is the measured sentence, the largest text of the window.
struct StepResult {
  bool held = false;
  std::string observed;
  std::string expected;
  std::vector<std::pair<std::string, double>> figures = {};
  TimePoint from = {}, to = {};  // what its picture shows; empty: it has no lanes
};

/// The bench of a live experiment: the rig, what runs on it, and the notes for the picture.
///
/// Threads: the experiment's.
/// Owns:    the deploys and the load.
/// Errors:  values; AddDeploy and StartLoad fail when the rig cannot.
class Lab {
 public:
  Lab(Rig& the_rig, const ProgramPaths& the_programs) : rig(the_rig), programs(the_programs) {}
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  TimePoint Now() const { return rig.clock().Now(); }

  /// The only wait of a step: true as soon as `predicate` holds, false after `at_most` or when the
  /// session was cancelled. `what` is shown meanwhile, and the picture goes on moving.
  bool Wait(const std::function<bool()>& predicate, Duration at_most, const std::string& what);
  /// Lets time pass, for what is counted over a span.
  void Watch(Duration span, const std::string& what);

  /// A row in the list of events and a line through the lane of `process` ("" = all lanes).
  /// An empty `label` leaves the line out.
  void Note(const std::string& process, const std::string& label, const std::string& text,
            bool trouble = false);

  /// Begins to launch `spec.count` processes. The violations that are on become arguments.
  Result<Deploy*> AddDeploy(DeploySpec spec);
  /// The deploy of this type; null when there is none.
  Deploy* FindDeploy(const std::string& type) const;
  /// The one that has this process, such as "web.2"; null when none has.
  Deploy* DeployOf(const std::string& process) const;
  Instance* Find(const std::string& process) const;
  /// Ends all at once and launches them again with the violations that are on and, where given,
  /// another environment. Counts as a new release.
  Status Rerelease(const std::string& because);
  bool AllReady() const;
  bool AnyOver() const;
  /// The first process that is not ready, and why.
  std::string NotReady() const;
  /// `twelve-service TYPE`, with the violations that are on.
  std::vector<std::string> ServiceCommand(const std::string& type) const;

  /// Load on all processes of `type`, following them as they come and go. Begins when they are
  /// ready, or after two seconds.
  Status StartLoad(LoadPlan plan, const std::string& type);
  /// Tells the load where processes are now. Call after anything that changes them.
  void Retarget();

  Rig& rig;
  const ProgramPaths& programs;
  std::vector<std::unique_ptr<Deploy>> deploys;
  std::unique_ptr<Load> load;                // null: this experiment has none
  std::string load_type;                     // the deploy that it goes to
  double rate = 0;                           // requests per second, as planned
  Duration grace = std::chrono::seconds(5);  // from SIGTERM to SIGKILL, shortened for a lesson
  std::set<std::string> violations;          // switched on
  int release = 1;
  std::vector<Marker> markers;
  std::vector<TimelineRow> events;
  std::string waiting;             // what a step waits for right now
  std::function<void()> progress;  // shows the picture as it is; may be empty

 private:
  TimePoint shown_;  // when the picture was last shown by a wait
  std::vector<std::string> CommandFor(const std::vector<std::string>& base) const;
  std::vector<std::vector<std::string>> commands_;  // of each deploy, without violations
};

/// Requests whose life touches a span of time.
struct Traffic {
  int total = 0;
  int failed = 0;
  int failed_elsewhere = 0;  // on other processes than the one that was named
  double slowest_ms = 0;     // response time, from the planned moment
};
/// `process` empty: every failure counts as elsewhere.
Traffic CountTraffic(const LoadSnapshot& load, const std::string& process, TimePoint from,
                     TimePoint to);
/// Requests that `process` is answering right now.
int InFlight(const LoadSnapshot& load, const std::string& process);

}  // namespace twelve

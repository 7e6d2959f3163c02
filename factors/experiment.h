#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "factors/contracts/violation.h"
#include "factors/scene.h"
#include "harness/rig/rig.h"

namespace twelve {

/// Something the user did: {"step.do"}, {"signal", "web.2", "TERM"}, {"violate", "ignore-sigterm",
/// "on"}, {"scale", "web", "5"}, {"load", "", "80"}, {"env.set", "NAME", "VALUE"}, {"reset"}.
/// Action names are listed by each experiment's Controls.
struct Action {
  std::string name;
  std::string target;
  std::string value;
};

/// One step of a demo, as `twelve demo N --json` prints it.
struct DemoStep {
  std::string id, did, observed, expected;
  bool held = false;
};
struct DemoReport {
  int factor = 0;
  std::vector<std::string> violations;
  std::vector<DemoStep> steps;
  bool holds = false;                                   // the verdict: HOLDS or BROKEN
  std::vector<std::pair<std::string, double>> figures;  // "failed_requests" → 0
};

/// Where the programs of this build are.
struct ProgramPaths {
  std::string service;  // twelve-service
};

/// The live experiment of one factor.
///
/// Threads: one worker thread; a session's.
/// Owns:    what it launched through the rig; the destructor ends it.
/// Errors:  Begin fails with a sentence for the screen. Apply of an unknown action is kInvalid.
class Experiment {
 public:
  virtual ~Experiment() = default;
  /// Starts the processes and the load. May block on rig.WaitUntil.
  virtual Status Begin(Rig& rig) = 0;
  /// Does what was asked. What takes long blocks on the rig's WaitUntil alone and shows its
  /// progress meanwhile.
  virtual Status Apply(Rig& rig, const Action& action) = 0;
  /// Called after each batch of events and at least ten times a second: looks whether a step that
  /// is going on has come to its end.
  virtual void Tick(Rig& rig) = 0;
  virtual Scene Observe(Rig& rig) = 0;
  /// `show` publishes a picture. An Apply that takes long calls it about ten times a second while
  /// it waits.
  virtual void SetProgress(std::function<void()> /*show*/) {}  // NOLINT: who overrides keeps it
  /// All steps in order, without a user; for `twelve demo N`. Progress is said through `say`.
  virtual Result<DemoReport> RunAll(Rig& rig, const std::vector<std::string>& violations,
                                    const std::function<void(std::string_view)>& say) = 0;
};

}  // namespace twelve

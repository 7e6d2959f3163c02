#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// A number of processes, or a part of how many are desired.
struct Share {
  double value = 0;
  bool percent = false;
  enum class Round { kUp, kDown } round = Round::kUp;

  int Of(int desired) const;
};

/// How a platform replaces the processes of one release by those of the next. Plain data: Ecs(),
/// Kubernetes() and Swarm() are what those three do by default.
struct RolloutRules {
  std::string_view name;

  // How many there may be. `unavailable` and `surge` count from what is desired.
  Share unavailable;            // fewer than desired may be ready by so many
  Share surge;                  // more than desired may exist by so many
  bool never_both_zero = true;  // where both come to 0, one may be unavailable: else nothing moves
  int parallelism = 0;          // slots replaced at a time; 0: as many as the bounds allow
  Duration delay{};             // between the end of one batch and the begin of the next
  bool await_the_old = false;   // one that is on its way out still counts as one that exists

  // When a process counts as ready.
  Duration ready_for{};      // it must have been healthy so long
  Duration without_check{};  // with no health check: so long after it began to run

  // What failures come to.
  enum class Failures {
    kIgnored,    // only the deadline says something
    kThreshold,  // at this many: half of what is desired, within 3 and 200
    kRatio,      // at more than this part of the slots that were to be replaced
  } failures = Failures::kIgnored;
  Share threshold{50, true, Share::Round::kUp};
  bool healthy_resets = true;  // of kThreshold: only failures in a row count
  double ratio = 0;            // of kRatio
  Duration monitor{};          // of kRatio: how long after its start an end is a failure
  Duration restart_delay{};    // after a failure, before the next start
  enum class Action { kNone, kStop, kPause, kRollBack } action = Action::kNone;
  bool back_to_completed = true;  // roll back to the last that completed; else to the one before
  Duration progress_deadline{};   // without progress so long it is said, and nothing else; 0: never
};

RolloutRules EcsRules();         // minimum 100 %, maximum 200 %, circuit breaker with rollback
RolloutRules KubernetesRules();  // 25 % and 25 %, progress deadline 600 s, no rollback
RolloutRules SwarmRules();       // one at a time, stop-first, monitor 5 s, pause

/// Of ECS, whose settings are percentages of what is desired.
void SetHealthyPercent(RolloutRules& rules, int minimum, int maximum);
/// Of Swarm: the old one goes before (stop-first) or after (start-first) the new one is there.
void SetOrder(RolloutRules& rules, bool start_first);

struct RolloutBounds {
  int min_ready = 0;
  int max_total = 0;
  friend bool operator==(const RolloutBounds&, const RolloutBounds&) = default;
};
RolloutBounds BoundsOf(const RolloutRules& rules, int desired);
/// Of Failures::kThreshold: how many failures end the rollout.
int FailureThreshold(const RolloutRules& rules, int desired);

enum class SlotState { kStarting, kRunning, kReady, kDraining };

/// One process of a rollout.
struct RolloutSlot {
  int id = 0;
  int release = 0;
  SlotState state = SlotState::kStarting;
  bool healthy = false;               // its check passes
  std::optional<TimePoint> running;   // since when
  std::optional<TimePoint> good_for;  // since when it is healthy
};

enum class RolloutPhase {
  kInProgress,
  kCompleted,
  kPaused,       // by failures; somebody must decide
  kFailed,       // stopped by failures, with nothing to go back to
  kRollingBack,  // goes back to an earlier release
  kRolledBack,
};
std::string_view ToString(RolloutPhase phase);

/// All that is remembered of a rollout from event to event. A plain value.
struct Rollout {
  RolloutPhase phase = RolloutPhase::kCompleted;
  int target = 0;    // the release that is to run
  int stable = 0;    // the last one that completed; 0: none
  int previous = 0;  // the one before `target`, completed or not; 0: none, also after a rollback
  int failed = 0;    // the release that was given up; 0: none
  int desired = 0;
  bool has_check = true;  // the processes have a health check
  std::vector<RolloutSlot> slots;
  int next_id = 1;
  int to_replace = 0;  // slots that ran another release when it began
  int failures = 0;    // as the rule counts them
  bool late = false;   // the progress deadline has passed
  std::optional<TimePoint> last_progress, next_batch, next_start, watch_until;
};

// What can happen.
struct DeployRelease {  // to `release`, also in the middle of another rollout
  int release = 0;
};
struct DesiredChanged {
  int desired = 0;
};
struct SlotRunning {  // its process has started
  int id = 0;
};
struct SlotHealth {  // its check passes, or does not any more
  int id = 0;
  bool healthy = false;
};
struct SlotEnded {
  int id = 0;
};
struct TimePassed {};
using RolloutEvent =
    std::variant<DeployRelease, DesiredChanged, SlotRunning, SlotHealth, SlotEnded, TimePassed>;

// What is to be done about it, in this order.
struct StartSlot {
  int id = 0;
  int release = 0;
};
struct StopSlot {
  int id = 0;
};
struct SayPhase {
  RolloutPhase phase = RolloutPhase::kInProgress;
  std::string reason;
};
using RolloutAction = std::variant<StartSlot, StopSlot, SayPhase>;

/// The rollout engine: changes `rollout`, returns what must be done. It has no side effect and does
/// not look at a clock.
/// - Call it with each event, and with TimePassed at NextWake().
std::vector<RolloutAction> Step(const RolloutRules& rules, Rollout& rollout,
                                const RolloutEvent& event, TimePoint now);

/// When time alone changes something; nothing when it does not.
std::optional<TimePoint> NextWake(const RolloutRules& rules, const Rollout& rollout, TimePoint now);

}  // namespace twelve

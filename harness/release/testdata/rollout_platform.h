#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/release/rollout.h"

namespace twelve {

/// A platform that does what the engine says, at once and in a time of its own.
class Platform {
 public:
  Platform(RolloutRules rules, int desired, bool has_check = true) : rules_(rules) {
    rollout.has_check = has_check;
    Send(DesiredChanged{desired});
  }

  void Send(const RolloutEvent& event) {
    for (const RolloutAction& action : Step(rules_, rollout, event, now)) {
      if (const auto* start = std::get_if<StartSlot>(&action)) started.push_back(*start);
      if (const auto* stop = std::get_if<StopSlot>(&action)) draining.push_back(stop->id);
      if (const auto* say = std::get_if<SayPhase>(&action)) said.push_back(*say);
    }
    most = std::max(most, Exist());
    if (Ready() < fewest) fewest = Ready();
  }
  /// Every slot that the engine started since the last call runs, and is healthy.
  void AllComeUp() {
    for (const StartSlot& slot : std::exchange(started, {})) {
      Send(SlotRunning{slot.id});
      if (rollout.has_check) Send(SlotHealth{slot.id, true});
    }
  }
  void AllThatDrainEnd() {
    for (const int id : std::exchange(draining, {})) Send(SlotEnded{id});
  }
  void Wait(Duration by) {
    const TimePoint until = now + by;
    while (const auto wake = NextWake(rules_, rollout, now)) {
      if (*wake > until) break;
      now = *wake;
      Send(TimePassed{});
    }
    now = until;
    Send(TimePassed{});
  }
  /// Lets all go well until nothing more happens.
  void Settle() {
    for (int i = 0; i < 200; ++i) {
      AllComeUp();
      AllThatDrainEnd();
      const auto wake = NextWake(rules_, rollout, now);
      if (started.empty() && draining.empty() && !wake) return;
      if (wake) Wait(*wake - now);
    }
    ADD_FAILURE() << "does not settle";
  }
  /// Runs release 1 completely, then begins release 2.
  void RunOneThenDeployTwo() {
    Send(DeployRelease{1});
    Settle();
    ASSERT_EQ(rollout.phase, RolloutPhase::kCompleted);
    most = Exist();
    fewest = Ready();
    Send(DeployRelease{2});
  }
  /// The newest slot that was started and not yet looked at.
  int TakeStarted() {
    if (started.empty()) return 0;
    const int id = started.front().id;
    started.erase(started.begin());
    return id;
  }

  /// Whether release 2 was given up for release 1; that may be all that is to be done.
  bool WentBack() const {
    const bool going =
        rollout.phase == RolloutPhase::kRollingBack || rollout.phase == RolloutPhase::kRolledBack;
    return going && rollout.failed == 2 && rollout.target == 1;
  }
  bool Said(std::string_view what) const {
    return std::any_of(said.begin(), said.end(), [&](const SayPhase& say) {
      return say.reason.find(what) != std::string::npos;
    });
  }

  int Ready() const { return CountOf(SlotState::kReady); }
  int Exist() const {
    return static_cast<int>(rollout.slots.size()) - CountOf(SlotState::kDraining);
  }
  int CountOf(SlotState state) const {
    int count = 0;
    for (const RolloutSlot& slot : rollout.slots) count += slot.state == state ? 1 : 0;
    return count;
  }
  int Of(int release) const {
    int count = 0;
    for (const RolloutSlot& slot : rollout.slots) {
      count += slot.release == release && slot.state != SlotState::kDraining ? 1 : 0;
    }
    return count;
  }

  RolloutRules rules_;
  Rollout rollout;
  TimePoint now{std::chrono::seconds(1000)};
  std::vector<StartSlot> started;
  std::vector<int> draining;
  std::vector<SayPhase> said;
  int most = 0;
  int fewest = 1'000'000;
};

}  // namespace twelve

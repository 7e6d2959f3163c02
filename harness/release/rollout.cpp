#include "harness/release/rollout.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twelve {
namespace {

std::string ReleaseName(int release) {
  return fmt::format("v{}", release);
}

/// One step: takes the event in, judges, then moves as far as the bounds allow.
class Stepper {
 public:
  Stepper(const RolloutRules& rules, Rollout& rollout, TimePoint now)
      : rules_(rules), r_(rollout), now_(now) {}

  std::vector<RolloutAction> Take(const RolloutEvent& event) {
    std::visit(*this, event);
    NoteReady();
    NoteDeadline();
    if (Moves()) Reconcile();
    NoteCompletion();
    return std::move(actions_);
  }

  void operator()(const DeployRelease& event) {
    if (event.release == r_.target && !Given()) return;
    r_.previous = r_.target;
    r_.failed = 0;
    Begin(event.release, RolloutPhase::kInProgress, "");
  }

  void operator()(const DesiredChanged& event) { r_.desired = std::max(0, event.desired); }

  void operator()(const SlotRunning& event) {
    RolloutSlot* const slot = Find(event.id);
    if (slot == nullptr || slot->state != SlotState::kStarting) return;
    slot->state = SlotState::kRunning;
    slot->running = now_;
  }

  void operator()(const SlotHealth& event) {
    RolloutSlot* const slot = Find(event.id);
    if (slot == nullptr || slot->state == SlotState::kDraining) return;
    if (event.healthy) {
      if (!std::exchange(slot->healthy, true)) slot->good_for = now_;
      return;
    }
    slot->healthy = false;
    slot->good_for.reset();
    if (slot->state == SlotState::kReady) slot->state = SlotState::kRunning;
    const bool replaced = rules_.failures != RolloutRules::Failures::kIgnored;
    if (!replaced || !r_.has_check) return;
    const bool counts = slot->release == r_.target && UnderWay();
    Stop(*slot);
    if (counts) CountFailure(fmt::format("slot {} is not healthy", event.id));
  }

  void operator()(const SlotEnded& event) {
    RolloutSlot* const slot = Find(event.id);
    if (slot == nullptr) return;
    const RolloutSlot ended = *slot;
    r_.slots.erase(r_.slots.begin() + (slot - r_.slots.data()));
    if (ended.state == SlotState::kDraining) return;
    r_.next_start = now_ + rules_.restart_delay;
    if (ended.release != r_.target || !UnderWay()) return;
    if (IsFailure(ended)) CountFailure(fmt::format("slot {} ended", event.id));
  }

  void operator()(const TimePassed&) {}

 private:
  bool UnderWay() const {
    return r_.phase == RolloutPhase::kInProgress || r_.phase == RolloutPhase::kRollingBack;
  }
  /// Whether somebody must decide before anything goes on.
  bool Given() const {
    return r_.phase == RolloutPhase::kPaused || r_.phase == RolloutPhase::kFailed;
  }
  bool Moves() const { return !Given() && r_.target != 0; }

  RolloutSlot* Find(int id) {
    for (RolloutSlot& slot : r_.slots) {
      if (slot.id == id) return &slot;
    }
    return nullptr;
  }

  template <typename Predicate>
  int Count(Predicate predicate) const {
    return static_cast<int>(std::count_if(r_.slots.begin(), r_.slots.end(), predicate));
  }
  static bool Stays(const RolloutSlot& slot) { return slot.state != SlotState::kDraining; }
  bool Fresh(const RolloutSlot& slot) const { return Stays(slot) && slot.release == r_.target; }
  bool Old(const RolloutSlot& slot) const { return Stays(slot) && slot.release != r_.target; }
  int FreshCount() const {
    return Count([this](const RolloutSlot& slot) { return Fresh(slot); });
  }
  int OldCount() const {
    return Count([this](const RolloutSlot& slot) { return Old(slot); });
  }
  int ReadyCount() const {
    return Count([](const RolloutSlot& slot) { return slot.state == SlotState::kReady; });
  }
  int FreshUnready() const {
    return Count(
        [this](const RolloutSlot& slot) { return Fresh(slot) && slot.state != SlotState::kReady; });
  }

  void Begin(int target, RolloutPhase phase, const std::string& reason) {
    r_.target = target;
    r_.phase = phase;
    r_.failures = 0;
    r_.late = false;
    r_.to_replace = OldCount();
    r_.last_progress = now_;
    r_.next_batch.reset();
    r_.next_start.reset();
    r_.watch_until.reset();
    actions_.push_back(SayPhase{phase, reason});
  }

  void End(RolloutPhase phase, const std::string& reason) {
    r_.phase = phase;
    actions_.push_back(SayPhase{phase, reason});
  }

  bool IsFailure(const RolloutSlot& ended) const {
    switch (rules_.failures) {
      case RolloutRules::Failures::kIgnored:
        return false;
      case RolloutRules::Failures::kThreshold:
        // One that ran, and whom no check watches, has done what was asked of it.
        return !ended.running || r_.has_check;
      case RolloutRules::Failures::kRatio:
        return !ended.running || now_ - *ended.running <= rules_.monitor;
    }
    return false;
  }

  void CountFailure(const std::string& what) {
    ++r_.failures;
    const bool by_ratio = rules_.failures == RolloutRules::Failures::kRatio;
    const int dirty = std::max(1, r_.to_replace != 0 ? r_.to_replace : r_.desired);
    const bool trips = by_ratio ? static_cast<double>(r_.failures) / dirty > rules_.ratio
                                : r_.failures >= FailureThreshold(rules_, r_.desired);
    if (trips) Trip(fmt::format("{}: {} failures", what, r_.failures));
  }

  void Trip(const std::string& reason) {
    const bool going_back = r_.phase == RolloutPhase::kRollingBack;
    switch (rules_.action) {
      case RolloutRules::Action::kNone:
        return;
      case RolloutRules::Action::kStop:
        return End(RolloutPhase::kFailed, reason);
      case RolloutRules::Action::kPause:
        return End(RolloutPhase::kPaused, reason);
      case RolloutRules::Action::kRollBack:
        break;
    }
    const RolloutPhase stuck =
        rules_.back_to_completed ? RolloutPhase::kFailed : RolloutPhase::kPaused;
    if (going_back) return End(stuck, reason + "; a rollback is not rolled back");
    const int back = rules_.back_to_completed ? r_.stable : r_.previous;
    if (back == 0) return End(stuck, reason + "; there is no release to go back to");
    r_.failed = r_.target;
    r_.previous = 0;
    Begin(back, RolloutPhase::kRollingBack,
          fmt::format("{}; back from {} to {}", reason, ReleaseName(r_.failed), ReleaseName(back)));
  }

  std::optional<TimePoint> ReadyAt(const RolloutSlot& slot) const {
    if (slot.state != SlotState::kRunning) return std::nullopt;
    if (!r_.has_check) return *slot.running + std::max(rules_.without_check, rules_.ready_for);
    if (!slot.good_for) return std::nullopt;
    return *slot.good_for + rules_.ready_for;
  }

  void NoteReady() {
    for (RolloutSlot& slot : r_.slots) {
      const std::optional<TimePoint> at = ReadyAt(slot);
      if (!at || *at > now_) continue;
      slot.state = SlotState::kReady;
      r_.last_progress = now_;
      if (slot.release != r_.target) continue;
      if (rules_.failures == RolloutRules::Failures::kThreshold && rules_.healthy_resets) {
        r_.failures = 0;
      }
      r_.next_batch = now_ + rules_.delay;
    }
  }

  void NoteDeadline() {
    const bool has_one = rules_.progress_deadline > Duration::zero();
    if (!has_one || !UnderWay() || r_.late || !r_.last_progress) return;
    if (now_ - *r_.last_progress < rules_.progress_deadline) return;
    r_.late = true;
    actions_.push_back(SayPhase{r_.phase, "no progress within the deadline; nothing is undone"});
  }

  void Reconcile() {
    StopUnreadyOld();
    const bool surges = BoundsOf(rules_, r_.desired).max_total > r_.desired;
    if (surges) {
      StartMissing();
      StopReadyOld();
    } else {
      StopReadyOld();
      StartMissing();
    }
    StopExcess();
  }

  /// They serve nobody.
  void StopUnreadyOld() {
    for (RolloutSlot& slot : r_.slots) {
      if (Old(slot) && slot.state != SlotState::kReady) Stop(slot);
    }
  }

  bool BatchMayBegin() const { return !r_.next_batch || *r_.next_batch <= now_; }

  void StartMissing() {
    if (r_.next_start && *r_.next_start > now_) return;
    const RolloutBounds bounds = BoundsOf(rules_, r_.desired);
    const int exist =
        rules_.await_the_old ? static_cast<int>(r_.slots.size()) : FreshCount() + OldCount();
    int count = std::min(r_.desired - FreshCount(), bounds.max_total - exist);
    const bool surges = bounds.max_total > r_.desired;
    const bool in_batches = rules_.parallelism > 0 && surges && OldCount() > 0;
    if (in_batches) {
      if (!BatchMayBegin()) return;
      count = std::min(count, rules_.parallelism - FreshUnready());
    }
    for (; count > 0; --count) {
      RolloutSlot slot;
      slot.id = r_.next_id++;
      slot.release = r_.target;
      actions_.push_back(StartSlot{slot.id, slot.release});
      r_.slots.push_back(slot);
    }
  }

  void StopReadyOld() {
    const RolloutBounds bounds = BoundsOf(rules_, r_.desired);
    int count = ReadyCount() - bounds.min_ready;
    const bool stop_first = bounds.max_total <= r_.desired;
    if (rules_.parallelism > 0 && stop_first) {
      if (!BatchMayBegin()) return;
      const int in_flight = r_.desired - OldCount() - (FreshCount() - FreshUnready());
      count = std::min(count, rules_.parallelism - std::max(0, in_flight));
    }
    for (RolloutSlot& slot : r_.slots) {
      if (count <= 0) return;
      if (!Old(slot) || slot.state != SlotState::kReady) continue;
      Stop(slot);
      --count;
    }
  }

  /// Fewer are desired than before: the newest go.
  void StopExcess() {
    int excess = FreshCount() - r_.desired;
    for (auto slot = r_.slots.rbegin(); slot != r_.slots.rend() && excess > 0; ++slot) {
      if (!Fresh(*slot)) continue;
      Stop(*slot);
      --excess;
    }
  }

  void Stop(RolloutSlot& slot) {
    slot.state = SlotState::kDraining;
    actions_.push_back(StopSlot{slot.id});
  }

  void NoteCompletion() {
    if (!UnderWay()) return;
    if (OldCount() > 0 || FreshCount() != r_.desired || FreshUnready() > 0) {
      r_.watch_until.reset();
      return;
    }
    if (rules_.failures == RolloutRules::Failures::kRatio) {
      const Duration watch =
          rules_.delay >= rules_.monitor ? rules_.delay + std::chrono::seconds(1) : rules_.monitor;
      if (!r_.watch_until) r_.watch_until = now_ + watch;
      if (*r_.watch_until > now_) return;
    }
    r_.stable = r_.target;
    End(r_.phase == RolloutPhase::kRollingBack ? RolloutPhase::kRolledBack
                                               : RolloutPhase::kCompleted,
        "");
  }

  const RolloutRules& rules_;
  Rollout& r_;
  TimePoint now_;
  std::vector<RolloutAction> actions_;
};

}  // namespace

std::vector<RolloutAction> Step(const RolloutRules& rules, Rollout& rollout,
                                const RolloutEvent& event, TimePoint now) {
  return Stepper(rules, rollout, now).Take(event);
}

std::optional<TimePoint> NextWake(const RolloutRules& rules, const Rollout& rollout,
                                  TimePoint now) {
  std::optional<TimePoint> next;
  const auto consider = [&](const std::optional<TimePoint>& at) {
    if (at && *at > now && (!next || *at < *next)) next = at;
  };
  consider(rollout.next_batch);
  consider(rollout.next_start);
  consider(rollout.watch_until);
  const bool under_way =
      rollout.phase == RolloutPhase::kInProgress || rollout.phase == RolloutPhase::kRollingBack;
  if (under_way && rules.progress_deadline > Duration::zero() && rollout.last_progress) {
    consider(*rollout.last_progress + rules.progress_deadline);
  }
  for (const RolloutSlot& slot : rollout.slots) {
    if (slot.state != SlotState::kRunning) continue;
    if (!rollout.has_check)
      consider(*slot.running + std::max(rules.without_check, rules.ready_for));
    if (slot.good_for) consider(*slot.good_for + rules.ready_for);
  }
  return next;
}

}  // namespace twelve

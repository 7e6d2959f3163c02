#pragma once

#include <memory>
#include <vector>

#include "harness/load/load_balancer.h"
#include "harness/load/load_schedule.h"
#include "harness/load/load_tally.h"
#include "tests/support/fake_paths.h"

namespace twelve {

/// Sends its requests in fake time, always as an open loop at a constant rate, to targets whose
/// program is ready. A request that is in flight when its program ends is cut.
class FakeRig::FakeLoad final : public Load {
 public:
  FakeLoad(FakeRig& rig, LoadPlan plan) : run_(std::make_shared<Run>(rig, std::move(plan))) {
    run_->Arm();
  }
  ~FakeLoad() override { run_->finished = true; }
  FakeLoad(const FakeLoad&) = delete;
  FakeLoad& operator=(const FakeLoad&) = delete;

  void SetRate(double per_second) override {
    const bool still = run_->schedule.next() == TimePoint::max();
    run_->schedule.SetRate(per_second, run_->rig.clock_.Now());
    if (still) run_->Arm();
  }
  void SetTargets(std::vector<LoadTarget> targets) override { run_->balancer.SetTargets(targets); }
  void Finish() override { run_->finished = true; }
  std::shared_ptr<const LoadSnapshot> Snapshot() const override { return run_->Snapshot(); }

 private:
  struct Run : std::enable_shared_from_this<Run> {
    Run(FakeRig& the_rig, LoadPlan the_plan)
        : rig(the_rig),
          plan(std::move(the_plan)),
          balancer(plan.probe_readiness),
          tally(rig.clock_.Now()),
          schedule(LoadSchedule::Gaps::kConstant, plan.rate_per_second, plan.seed,
                   rig.clock_.Now()),
          ends(rig.clock_.Now() +
               (plan.duration == Duration::zero() ? kMaxLoadDuration : plan.duration)) {
      balancer.SetTargets(plan.targets);
    }

    void Arm() {
      if (finished || schedule.next() == TimePoint::max()) return;
      rig.After(schedule.next() - rig.clock_.Now(), [self = shared_from_this()] { self->Due(); });
    }

    void Due() {
      const TimePoint now = rig.clock_.Now();
      if (now >= ends || tally.planned() >= plan.max_requests) finished = true;
      if (finished) return;
      if (schedule.next() <= now) {
        tally.Planned();
        Send(schedule.next());
        schedule.Advance();
      }
      Arm();
    }

    void Send(TimePoint now) {
      LookWhoIsReady();
      const auto target = balancer.Pick();
      if (!target) return tally.NoTarget(now, now);
      tally.Sent(*target, Duration::zero(), false);
      const Route route = rig.Follow(balancer.entries()[*target].target.port, ++rig.connections_);
      const auto process = route.process;
      RequestRecord record{.intended = now, .sent = now, .done = now, .target = *target};
      if (route.way != Route::Way::kDirect) {
        record.outcome = OutcomeOf(route.way);
        record.status = route.way == Route::Way::kNobody ? 503 : 0;
        return tally.Finished(record);
      }
      ++in_flight;
      rig.After(process->program().service_time + route.delay,
                [self = shared_from_this(), process, record] {
                  RequestRecord ended = record;
                  ended.done = self->rig.clock_.Now();
                  const bool alive = process->status().alive();
                  ended.outcome = alive ? Outcome::kOk : Outcome::kCut;
                  ended.status = alive ? 200 : 0;
                  self->tally.Finished(ended);
                  --self->in_flight;
                });
    }

    /// How it ends at once; what would end later, by a timeout, is over at once here too.
    static Outcome OutcomeOf(Route::Way way) {
      switch (way) {
        case Route::Way::kDirect:
          return Outcome::kOk;
        case Route::Way::kRefused:
          return Outcome::kRefused;
        case Route::Way::kUnanswered:
          return Outcome::kConnectTimeout;
        case Route::Way::kReset:
          return Outcome::kReset;
        case Route::Way::kLost:
        case Route::Way::kHeld:
          return Outcome::kTimeout;
        case Route::Way::kNobody:
          return Outcome::kServerError;
      }
      return Outcome::kOk;
    }

    void LookWhoIsReady() {
      for (std::size_t i = 0; i < balancer.entries().size(); ++i) {
        const std::uint16_t port = balancer.entries()[i].target.port;
        const auto process = rig.Listener(port);
        const bool path = rig.routers_.contains(port) || rig.proxies_.contains(port);
        const bool ready = path || (process && process->status().state == ProcessState::kReady);
        balancer.OnProbe(static_cast<std::uint16_t>(i),
                         ready ? ProbeResult::kReady : ProbeResult::kUnreachable);
      }
    }

    std::shared_ptr<const LoadSnapshot> Snapshot() {
      const TimePoint now = rig.clock_.Now();
      auto snapshot = std::make_shared<LoadSnapshot>(tally.Snapshot(now, in_flight, 0));
      snapshot->over = in_flight == 0 && (finished || now >= ends);
      for (std::size_t i = 0; i < balancer.entries().size(); ++i) {
        const LoadBalancer::Entry& entry = balancer.entries()[i];
        TargetState state = tally.StateOf(static_cast<std::uint16_t>(i));
        state.target = entry.target;
        state.ready = entry.ready;
        state.listed = entry.listed;
        snapshot->targets.push_back(std::move(state));
      }
      return snapshot;
    }

    FakeRig& rig;
    const LoadPlan plan;
    LoadBalancer balancer;
    LoadTally tally;
    LoadSchedule schedule;
    const TimePoint ends;
    int in_flight = 0;
    bool finished = false;
  };

  std::shared_ptr<Run> run_;
};

}  // namespace twelve

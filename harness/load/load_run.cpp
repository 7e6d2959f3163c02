#include "harness/load/load_run.h"

#include <algorithm>

namespace twelve {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
// How long the plan waits for the first verdict on each target before it begins regardless.
constexpr Duration kFirstVerdicts = std::chrono::milliseconds(1500);
// A client that is turned away at once comes back after this; without it a closed loop would spin.
constexpr Duration kComeBack = std::chrono::milliseconds(10);

LoadSchedule::Gaps GapsOf(const LoadPlan& plan) {
  return plan.loop == LoadPlan::Loop::kOpenPoisson ? LoadSchedule::Gaps::kPoisson
                                                   : LoadSchedule::Gaps::kConstant;
}

std::discrete_distribution<unsigned> MixOf(const std::vector<LoadKind>& kinds) {
  std::vector<double> weights;
  for (const LoadKind& kind : kinds) weights.push_back(kind.weight);
  return {weights.begin(), weights.end()};
}

}  // namespace

LoadRun::LoadRun(LoadPlan plan, EventLoop& loop, SocketHost& sockets, Publish publish)
    : plan_(std::move(plan)),
      loop_(loop),
      sockets_(sockets),
      publish_(std::move(publish)),
      buffer_(kBufferBytes),
      kinds_(KindsOf(plan_)),
      random_(plan_.seed),
      mix_(MixOf(kinds_)),
      balancer_(plan_.probe_readiness),
      tally_(loop.clock().Now(), kinds_),
      schedule_(GapsOf(plan_), 0, plan_.seed, loop.clock().Now()),
      rate_(plan_.rate_per_second) {
  balancer_.SetTargets(plan_.targets);
  PublishNow(loop_.clock().Now());
}

LoadRun::~LoadRun() {
  for (EventLoop::TimerId* timer :
       {&plan_timer_, &timeout_timer_, &tick_timer_, &first_timer_, &park_timer_}) {
    Cancel(*timer);
  }
}

void LoadRun::Begin() {
  if (plan_.probe_readiness) {
    prober_ = std::make_unique<ReadinessProber>(
        loop_, sockets_, buffer_, plan_.ready_path, plan_.probe_period,
        [this](std::uint16_t index, ProbeResult result) { OnProbe(index, result); });
    first_timer_ = loop_.After(kFirstVerdicts, [this] {
      first_timer_ = 0;
      BeginPlan();
    });
  }
  ArmTick();
  if (prober_) {
    SetProbes();
  } else {
    BeginPlan();
  }
}

// Planning ---------------------------------------------------------------------------------------

void LoadRun::BeginPlan() {
  if (begun_ || over_) return;
  begun_ = true;
  Cancel(first_timer_);
  const TimePoint now = loop_.clock().Now();
  tally_.Begin(now);
  const Duration length = LengthOf(plan_);
  ends_ = now + (length == Duration::zero() ? kMaxLoadDuration : length);
  if (Closed()) {
    plan_timer_ = loop_.At(ends_, [this] {
      plan_timer_ = 0;
      EndPlan();
    });
    Pump();
  } else {
    schedule_ = plan_.phases.empty()
                    ? LoadSchedule(GapsOf(plan_), rate_, plan_.seed, now)
                    : LoadSchedule(GapsOf(plan_), RateProfile(plan_.phases), plan_.seed, now);
    OnPlan();
  }
}

void LoadRun::OnPlan() {
  const TimePoint now = loop_.clock().Now();
  // Every planned moment until now, however late we are: none is skipped.
  while (!planned_all_ && schedule_.next() <= now && schedule_.next() < ends_) {
    tally_.Planned();
    if (queue_.size() < kMaxQueued) {
      queue_.push_back(schedule_.next());
    } else {
      tally_.NotSent(schedule_.next(), now);
    }
    schedule_.Advance();
    if (tally_.planned() >= plan_.max_requests) planned_all_ = true;
  }
  Pump();
  if (now >= ends_ || planned_all_) return EndPlan();
  ArmPlan();
}

void LoadRun::ArmPlan() {
  Cancel(plan_timer_);
  plan_timer_ = loop_.At(std::min(schedule_.next(), ends_), [this] {
    plan_timer_ = 0;
    OnPlan();
  });
}

void LoadRun::EndPlan() {
  planned_all_ = true;
  Cancel(plan_timer_);
  CheckOver();
}

void LoadRun::SetRate(double per_second) {
  rate_ = std::clamp(per_second, 0.0, 1e6);
  if (Closed() || !begun_ || planned_all_) return;
  OnPlan();
  if (planned_all_) return;
  schedule_.SetRate(rate_, loop_.clock().Now());
  ArmPlan();
}

void LoadRun::Finish() {
  if (over_) return;
  begun_ = true;
  Cancel(first_timer_);
  EndPlan();
}

void LoadRun::SetTargets(const std::vector<LoadTarget>& targets) {
  if (over_) return;
  balancer_.SetTargets(targets);
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    if (balancer_.entries()[i].listed) continue;
    for (LoadConnection* connection : upstreams_[i].idle) {
      connection->Close();
      spare_.push_back(connection);
    }
    upstreams_[i].idle.clear();
  }
  SetProbes();
  Pump();
}

void LoadRun::SetProbes() {
  if (!prober_) return;
  std::map<std::uint16_t, LoadTarget> targets;
  for (std::size_t i = 0; i < balancer_.entries().size(); ++i) {
    const LoadBalancer::Entry& entry = balancer_.entries()[i];
    if (entry.listed) targets[static_cast<std::uint16_t>(i)] = entry.target;
  }
  prober_->SetTargets(targets);
}

void LoadRun::OnProbe(std::uint16_t index, ProbeResult result) {
  balancer_.OnProbe(index, result);
  if (!begun_ && balancer_.AllJudged()) BeginPlan();
}

// Sending ----------------------------------------------------------------------------------------

void LoadRun::Pump() {
  if (pumping_ || !begun_) return;  // what ends within a send is picked up by the loop below
  pumping_ = true;
  TimePoint intended;
  while (TakePlanned(intended)) Dispatch(intended);
  pumping_ = false;
  CheckOver();
}

bool LoadRun::TakePlanned(TimePoint& intended) {
  if (in_flight_ + parked_ >= plan_.connections) return false;
  if (!Closed()) {
    if (queue_.empty()) return false;
    intended = queue_.front();
    queue_.pop_front();
    return true;
  }
  if (planned_all_) return false;
  intended = loop_.clock().Now();
  if (intended >= ends_) return false;
  tally_.Planned();
  if (tally_.planned() >= plan_.max_requests) planned_all_ = true;
  return true;
}

void LoadRun::Dispatch(TimePoint intended) {
  const TimePoint now = loop_.clock().Now();
  const auto target = balancer_.Pick();
  if (!target) {
    tally_.NoTarget(intended, now);
    if (Closed()) Park();
    return;
  }
  const bool waited = freed_ > intended;
  tally_.Sent(*target, now - std::max(intended, freed_), waited);
  ++in_flight_;
  LoadRequest request{.intended = intended, .sent = now, .attempt = now};
  request.kind = NextKind();
  Attempt(request, *target);
}

std::uint16_t LoadRun::NextKind() {
  return kinds_.size() == 1 ? std::uint16_t{0} : static_cast<std::uint16_t>(mix_(random_));
}

void LoadRun::Attempt(const LoadRequest& request, std::uint16_t target) {
  LoadConnection& connection = ConnectionTo(target);
  connection.Assign(request, target);
  flying_.Add(connection);
  if (timeout_timer_ == 0) ArmTimeout();
  if (!connection.reusable()) ++made_;
  connection.Send(balancer_.entries()[target].target, UpstreamAt(target).bytes[request.kind],
                  kinds_[request.kind].method == "HEAD");
}

LoadConnection& LoadRun::ConnectionTo(std::uint16_t target) {
  Upstream& upstream = UpstreamAt(target);
  while (!upstream.idle.empty()) {
    LoadConnection& connection = *upstream.idle.back();
    upstream.idle.pop_back();
    if (connection.StillOpen()) return connection;
    connection.Close();
    spare_.push_back(&connection);
  }
  if (spare_.empty()) {
    Listener& self = *this;
    connections_.push_back(std::make_unique<LoadConnection>(loop_, sockets_, self, buffer_));
    return *connections_.back();
  }
  LoadConnection& connection = *spare_.back();
  spare_.pop_back();
  return connection;
}

void LoadRun::OnAnswer(LoadConnection& connection) {
  Settle(connection, OutcomeOfStatus(connection.answer().status()));
}

void LoadRun::OnFailure(LoadConnection& connection, Outcome outcome) {
  if (outcome == Outcome::kRefused) balancer_.OnRefused(connection.target());
  if (MayRetry(connection, outcome)) {
    if (const auto target = balancer_.Pick(connection.target())) {
      LoadRequest request = connection.request();
      request.retried = true;
      request.attempt = loop_.clock().Now();
      tally_.Retried();
      tally_.Moved(connection.target(), *target);
      flying_.Remove(connection);
      spare_.push_back(&connection);
      return Attempt(request, *target);
    }
  }
  Settle(connection, outcome);
}

bool LoadRun::MayRetry(const LoadConnection& connection, Outcome outcome) const {
  if (!plan_.retry_elsewhere || connection.request().retried) return false;
  if (outcome == Outcome::kRefused) return true;  // nothing was sent
  return (outcome == Outcome::kReset || outcome == Outcome::kCut) && !connection.answer().begun() &&
         IsSafeMethod(kinds_[connection.request().kind].method);
}

void LoadRun::Settle(LoadConnection& connection, Outcome outcome) {
  const LoadRequest& request = connection.request();
  const TimePoint now = loop_.clock().Now();
  tally_.Finished({.intended = request.intended,
                   .sent = request.sent,
                   .done = now,
                   .target = connection.target(),
                   .kind = request.kind,
                   .outcome = outcome,
                   .status = connection.answer().status(),
                   .reused = connection.reused()});
  flying_.Remove(connection);
  const bool ended =
      outcome == Outcome::kTimeout || outcome == Outcome::kReset || outcome == Outcome::kCut;
  if (ended && connection.answers() == 0) ++silent_;
  if (in_flight_ == plan_.connections) freed_ = now;
  --in_flight_;
  if (connection.reusable() && balancer_.entries()[connection.target()].listed) {
    auto& idle = UpstreamAt(connection.target()).idle;
    connection.idle_position = idle.size();
    idle.push_back(&connection);
  } else {
    connection.Close();
    spare_.push_back(&connection);
  }
  if (Closed() && outcome == Outcome::kRefused) Park();
  Pump();
}

void LoadRun::Park() {
  ++parked_;
  if (park_timer_ != 0) return;
  park_timer_ = loop_.After(kComeBack, [this] {
    park_timer_ = 0;
    parked_ = 0;
    Pump();
  });
}

void LoadRun::OnIdleEnd(LoadConnection& connection) {
  auto& idle = UpstreamAt(connection.target()).idle;
  idle.back()->idle_position = connection.idle_position;
  std::swap(idle[connection.idle_position], idle.back());
  idle.pop_back();
  spare_.push_back(&connection);
}

LoadRun::Upstream& LoadRun::UpstreamAt(std::uint16_t target) {
  while (upstreams_.size() <= target) {
    const LoadTarget& next = balancer_.entries()[upstreams_.size()].target;
    Upstream upstream;
    for (const LoadKind& kind : kinds_) upstream.bytes.push_back(RequestBytes(kind, next));
    upstreams_.push_back(std::move(upstream));
  }
  return upstreams_[target];
}

}  // namespace twelve

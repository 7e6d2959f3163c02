// What LoadRun does because time passes: timeouts, ticks, and the end.

#include <utility>

#include "harness/load/load_run.h"

namespace twelve {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(100);

}  // namespace

void LoadRun::Cancel(EventLoop::TimerId& timer) {
  if (timer != 0) loop_.Cancel(std::exchange(timer, 0));
}

void LoadRun::ArmTimeout() {
  if (flying_.oldest() == nullptr) return;
  timeout_timer_ = loop_.At(flying_.oldest()->request().attempt + plan_.timeout, [this] {
    timeout_timer_ = 0;
    OnTimeout();
  });
}

void LoadRun::OnTimeout() {
  const TimePoint now = loop_.clock().Now();
  while (flying_.oldest() != nullptr &&
         flying_.oldest()->request().attempt + plan_.timeout <= now) {
    LoadConnection& connection = *flying_.oldest();
    const bool connecting = connection.connecting();
    connection.Close();
    Settle(connection, connecting ? Outcome::kConnectTimeout : Outcome::kTimeout);
  }
  if (timeout_timer_ == 0) ArmTimeout();
}

void LoadRun::DropStaleQueue(TimePoint now) {
  // Nobody waits longer than the timeout, and so a run always comes to its end.
  while (!queue_.empty() && now - queue_.front() > plan_.timeout) {
    tally_.NotSent(queue_.front(), now);
    queue_.pop_front();
  }
}

void LoadRun::OnTick() {
  const TimePoint now = loop_.clock().Now();
  DropStaleQueue(now);
  tally_.Tick(now, in_flight_, Queued());
  PublishNow(now);
  ArmTick();
  CheckOver();
}

void LoadRun::ArmTick() {
  tick_timer_ = loop_.After(kTick, [this] { OnTick(); });
}

void LoadRun::PublishNow(TimePoint now) {
  auto snapshot = std::make_shared<LoadSnapshot>(tally_.Snapshot(now, in_flight_, Queued()));
  snapshot->over = over_;
  snapshot->connections = made_;
  snapshot->silent_connections = silent_;
  const bool planning = begun_ && !planned_all_ && !Closed();
  snapshot->rate_per_second = planning ? schedule_.RateAt(now) : 0;
  for (std::size_t i = 0; i < balancer_.entries().size(); ++i) {
    const LoadBalancer::Entry& entry = balancer_.entries()[i];
    TargetState state = tally_.StateOf(static_cast<std::uint16_t>(i));
    state.target = entry.target;
    state.ready = entry.ready;
    state.listed = entry.listed;
    snapshot->targets.push_back(std::move(state));
  }
  for (const LoadConnection* at = flying_.oldest(); at != nullptr; at = at->newer) {
    snapshot->requests.push_back({.intended = at->request().intended,
                                  .sent = at->request().sent,
                                  .done = now,
                                  .target = at->target(),
                                  .kind = at->request().kind,
                                  .status = at->answer().status(),
                                  .in_flight = true,
                                  .reused = at->reused()});
  }
  publish_(std::move(snapshot));
}

void LoadRun::CheckOver() {
  if (over_ || !planned_all_ || in_flight_ > 0 || !queue_.empty()) return;
  over_ = true;
  if (prober_) prober_->Stop();
  for (EventLoop::TimerId* timer : {&plan_timer_, &timeout_timer_, &tick_timer_, &park_timer_}) {
    Cancel(*timer);
  }
  for (Upstream& upstream : upstreams_) {
    for (LoadConnection* connection : upstream.idle) connection->Close();
    upstream.idle.clear();
  }
  const TimePoint now = loop_.clock().Now();
  tally_.Tick(now, 0, 0);
  PublishNow(now);
}

}  // namespace twelve

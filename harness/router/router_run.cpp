#include "harness/router/router_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

namespace twelve {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
constexpr Duration kTick = std::chrono::milliseconds(100);

}  // namespace

RouterRun::RouterRun(const RouterPlan& plan, EventLoop& loop, SocketHost& sockets)
    : plan_(plan),
      loop_(loop),
      sockets_(sockets),
      buffer_(kBufferBytes),
      started_(loop.clock().Now()),
      targets_(plan_,
               [this](std::string text) { tally_.Tell(loop_.clock().Now(), std::move(text)); }),
      pool_(loop, sockets, plan_.keep_idle),
      shared_{plan_, loop_, targets_, tally_, pool_, buffer_},
      listener_(loop, sockets, [this](UniqueFd fd) { OnClient(std::move(fd)); }),
      make_id_([this] { return MakeId(); }),
      over_([this](RouterClient& client) { OnOver(client); }),
      id_seed_(std::random_device()()) {}

RouterRun::~RouterRun() {
  if (tick_ != 0) loop_.Cancel(tick_);
  clients_.clear();
}

Status RouterRun::Begin() {
  if (Status listening = listener_.Open(plan_.listen); !listening) return listening;
  if (plan_.probe_readiness) {
    prober_ = std::make_unique<ReadinessProber>(
        loop_, sockets_, buffer_, plan_.ready_path, plan_.probe_period,
        [this](std::uint16_t index, ProbeResult result) { OnProbe(index, result); });
  }
  SetTargets(plan_.targets);
  tick_ = loop_.After(kTick, [this] { OnTick(); });
  return {};
}

void RouterRun::SetTargets(const std::vector<LoadTarget>& targets) {
  targets_.Set(targets);
  DropUnused();
  if (!prober_) return;
  std::map<std::uint16_t, LoadTarget> probed;
  for (std::size_t i = 0; i < targets_.entries().size(); ++i) {
    const RouterTargets::Entry& entry = targets_.entries()[i];
    if (entry.listed) probed[static_cast<std::uint16_t>(i)] = entry.target;
  }
  prober_->SetTargets(probed);
}

Status RouterRun::Drain(const std::string& name, bool draining) {
  Status drained = targets_.Drain(name, draining);
  DropUnused();
  return drained;
}

void RouterRun::OnProbe(std::uint16_t index, ProbeResult result) {
  targets_.OnProbe(index, result);
  if (!targets_.MayServe(index)) pool_.Drop(index);
}

/// Nothing is kept to a process that gets no requests: its end would wait for that.
void RouterRun::DropUnused() {
  for (std::size_t i = 0; i < targets_.entries().size(); ++i) {
    const auto index = static_cast<std::uint16_t>(i);
    if (!targets_.MayServe(index)) pool_.Drop(index);
  }
}

void RouterRun::OnClient(UniqueFd fd) {
  ++tally_.clients;
  if (clients_.size() >= static_cast<std::size_t>(plan_.max_clients)) {
    return sockets_.ResetOnClose(fd.get());
  }
  auto client = std::make_unique<RouterClient>(shared_, sockets_, std::move(fd), make_id_, over_);
  client->position = clients_.size();
  clients_.push_back(std::move(client));
  clients_.back()->Begin();
}

void RouterRun::OnOver(RouterClient& client) {
  const std::size_t position = client.position;
  std::swap(clients_[position], clients_.back());
  clients_[position]->position = position;
  clients_.pop_back();
}

void RouterRun::OnTick() {
  const TimePoint now = loop_.clock().Now();
  tally_.Tick();
  pool_.Expire();
  for (const auto& client : clients_) client->CheckTime(now);
  tick_ = loop_.After(kTick, [this] { OnTick(); });
}

/// Unlike any other of this router, and most likely of any router.
std::string RouterRun::MakeId() {
  return fmt::format("{:08x}{:08x}", id_seed_, ++ids_ & 0xffffffffU);
}

std::shared_ptr<const RouterSnapshot> RouterRun::Snapshot() const {
  auto snapshot = std::make_shared<RouterSnapshot>();
  snapshot->started = started_;
  snapshot->taken = loop_.clock().Now();
  snapshot->port = port();
  snapshot->policy = plan_.policy;
  snapshot->sticky = plan_.sticky;
  snapshot->clients = tally_.clients;
  snapshot->open_clients = static_cast<int>(clients_.size());
  snapshot->rejected = tally_.rejected;
  snapshot->requests = tally_.requests;
  snapshot->answered = tally_.answered;
  snapshot->no_target = tally_.no_target;
  snapshot->failed = tally_.failed;
  snapshot->abandoned = tally_.abandoned;
  snapshot->retried = tally_.retried;
  snapshot->in_flight = static_cast<int>(std::count_if(
      clients_.begin(), clients_.end(), [](const auto& client) { return client->in_exchange(); }));
  snapshot->rate_per_second = tally_.AnsweredPerSecond();
  snapshot->events = tally_.Events();
  for (std::size_t i = 0; i < targets_.entries().size(); ++i) {
    const auto index = static_cast<std::uint16_t>(i);
    const RouterTargets::Entry& entry = targets_.entries()[i];
    if (!entry.listed && entry.in_flight == 0) continue;
    RouterTargetState state;
    state.target = entry.target;
    state.ready = entry.ready;
    state.draining = entry.draining;
    state.listed = entry.listed;
    state.why = entry.why;
    state.in_flight = entry.in_flight;
    state.kept = pool_.kept(index);
    tally_.Fill(index, state);
    snapshot->targets.push_back(std::move(state));
  }
  return snapshot;
}

}  // namespace twelve

#include "harness/load/load_tally.h"

#include <algorithm>
#include <limits>

namespace twelve {
namespace {

constexpr double kSaturatedLagUs = 10'000;

static_assert(static_cast<std::size_t>(Outcome::kNotSent) + 1 == kOutcomes);

/// Whether somebody waited for this: a refusal came at once.
bool HasLatency(Outcome outcome) {
  return outcome != Outcome::kRefused && outcome != Outcome::kNoTarget &&
         outcome != Outcome::kNotSent;
}

std::uint32_t Micros(Duration duration) {
  const auto us = std::max<Duration::rep>(0, duration.count() / 1000);
  return static_cast<std::uint32_t>(
      std::min<Duration::rep>(us, std::numeric_limits<std::uint32_t>::max()));
}

/// Reorders `values`.
double ExactPercentile(std::vector<std::uint32_t>& values, std::size_t percent) {
  if (values.empty()) return 0;
  const std::size_t rank = (values.size() * percent + 99) / 100;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

template <typename T>
void Push(std::vector<T>& ring, std::size_t& oldest, std::size_t limit, const T& value) {
  if (ring.size() < limit) {
    ring.push_back(value);
    return;
  }
  ring[oldest] = value;
  oldest = (oldest + 1) % limit;
}

template <typename T>
std::vector<T> Unrolled(const std::vector<T>& ring, std::size_t oldest) {
  std::vector<T> values;
  values.reserve(ring.size());
  const auto middle = ring.begin() + static_cast<std::ptrdiff_t>(oldest);
  values.insert(values.end(), middle, ring.end());
  values.insert(values.end(), ring.begin(), middle);
  return values;
}

}  // namespace

LoadTally::LoadTally(TimePoint started, const std::vector<LoadKind>& kinds) : started_(started) {
  for (const LoadKind& kind : kinds) kinds_.emplace_back().name = kind.name;
}

LoadTally::PerTarget& LoadTally::At(std::uint16_t target) {
  if (targets_.size() <= target) targets_.resize(target + std::size_t{1});
  return targets_[target];
}

void LoadTally::Sent(std::uint16_t target, Duration lag, bool waited) {
  ++sent_;
  waited_ += waited ? 1 : 0;
  lag_.Record(lag);
  ++At(target).sent;
  ++At(target).in_flight;
}

void LoadTally::Moved(std::uint16_t from, std::uint16_t to) {
  --At(from).in_flight;
  ++At(to).in_flight;
  ++At(to).sent;
}

void LoadTally::NotSent(TimePoint intended, TimePoint now) {
  Keep({.intended = intended, .sent = now, .done = now, .outcome = Outcome::kNotSent});
}

void LoadTally::NoTarget(TimePoint intended, TimePoint now) {
  Keep({.intended = intended, .sent = now, .done = now, .outcome = Outcome::kNoTarget});
}

void LoadTally::Finished(const RequestRecord& record) {
  PerTarget& target = At(record.target);
  --target.in_flight;
  ++(Failed(record.outcome) ? target.failed : target.done);
  if (HasLatency(record.outcome)) {
    response_.Record(record.done - record.intended);
    service_.Record(record.done - record.sent);
    tick_us_.push_back(Micros(record.done - record.intended));
  }
  PerKind& kind = kinds_[record.kind];
  ++(Failed(record.outcome) ? kind.failed : kind.done);
  if (HasLatency(record.outcome)) kind.response.Record(record.done - record.intended);
  if (record.outcome == Outcome::kReset || record.outcome == Outcome::kCut) {
    if (record.status != 0) {
      ++cut_in_answer_;
    } else if (record.reused) {
      ++lost_on_reuse_;
    }
  }
  Keep(record);
}

void LoadTally::Keep(const RequestRecord& record) {
  const bool failed = Failed(record.outcome);
  ++(failed ? failed_ : done_);
  ++(failed ? tick_failed_ : tick_done_);
  ++by_outcome_[static_cast<std::size_t>(record.outcome)];
  Push(records_, oldest_record_, kRecords, record);
}

void LoadTally::Tick(TimePoint now, int in_flight, int queued) {
  LoadTick tick;
  tick.at = now;
  tick.done = tick_done_;
  tick.failed = tick_failed_;
  tick.p50_us = ExactPercentile(tick_us_, 50);
  tick.p99_us = ExactPercentile(tick_us_, 99);
  tick.max_us = ExactPercentile(tick_us_, 100);
  tick.in_flight = in_flight;
  tick.queued = queued;
  Push(ticks_, oldest_tick_, kTicks, tick);
  tick_us_.clear();
  tick_done_ = tick_failed_ = 0;
}

LoadSnapshot LoadTally::Snapshot(TimePoint now, int in_flight, int queued) const {
  LoadSnapshot snapshot;
  snapshot.started = started_;
  snapshot.taken = now;
  snapshot.planned = planned_;
  snapshot.sent = sent_;
  snapshot.done = done_;
  snapshot.failed = failed_;
  snapshot.retried = retried_;
  snapshot.waited = waited_;
  snapshot.in_flight = in_flight;
  snapshot.queued = queued;
  snapshot.by_outcome.assign(by_outcome_.begin(), by_outcome_.end());
  snapshot.lost_on_reuse = lost_on_reuse_;
  snapshot.cut_in_answer = cut_in_answer_;
  for (const PerKind& kind : kinds_) {
    snapshot.kinds.push_back({kind.name, kind.done, kind.failed, kind.response.Summary()});
  }
  snapshot.response = response_.Summary();
  snapshot.service = service_.Summary();
  snapshot.lag = lag_.Summary();
  snapshot.saturated = snapshot.lag.p99 > kSaturatedLagUs ||
                       by_outcome_[static_cast<std::size_t>(Outcome::kNotSent)] > 0;
  snapshot.ticks = Unrolled(ticks_, oldest_tick_);
  snapshot.requests = Unrolled(records_, oldest_record_);
  return snapshot;
}

TargetState LoadTally::StateOf(std::uint16_t target) const {
  TargetState state;
  if (target >= targets_.size()) return state;
  const PerTarget& counts = targets_[target];
  state.sent = counts.sent;
  state.done = counts.done;
  state.failed = counts.failed;
  state.in_flight = counts.in_flight;
  return state;
}

}  // namespace twelve

#include "harness/net/fault_table.h"

#include <algorithm>

namespace twelve {
namespace {

/// SplitMix64's mixing step: every bit of the input moves every bit of the output.
std::uint64_t Mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

void Least(std::optional<std::uint64_t>& value, std::uint64_t other) {
  value = std::min(value.value_or(other), other);
}

void Join(const Fault& fault, FlowFaults& all) {
  switch (fault.kind) {
    case Fault::Kind::kLatency:
      all.latency += fault.latency;
      all.jitter += fault.jitter;
      return;
    case Fault::Kind::kBandwidth:
      if (all.bytes_per_second == 0 || fault.bytes_per_second < all.bytes_per_second) {
        all.bytes_per_second = fault.bytes_per_second;
      }
      return;
    case Fault::Kind::kStall:
      all.stall = true;
      return;
    case Fault::Kind::kDrop:
      all.drop = true;
      return;
    case Fault::Kind::kHalfClose:
      all.half_close = true;
      return;
    case Fault::Kind::kLimit:
      return Least(all.limit, fault.bytes);
    case Fault::Kind::kReset:
      return Least(all.reset_after, fault.bytes);
    case Fault::Kind::kRefuse:
    case Fault::Kind::kConnectTimeout:
      return;  // these concern the listener
  }
}

}  // namespace

FaultId FaultTable::Add(const Fault& fault, TimePoint now) {
  ActiveFault active;
  active.id = next_++;
  active.fault = fault;
  active.since = now;
  if (fault.lasts > Duration::zero()) active.until = now + fault.lasts;
  active_.push_back(active);
  return active.id;
}

bool FaultTable::Remove(FaultId id) {
  return std::erase_if(active_, [&](const ActiveFault& active) { return active.id == id; }) > 0;
}

bool FaultTable::Expire(TimePoint now) {
  return std::erase_if(active_, [&](const ActiveFault& active) {
           return active.until && *active.until <= now;
         }) > 0;
}

std::optional<TimePoint> FaultTable::NextExpiry() const {
  std::optional<TimePoint> next;
  for (const ActiveFault& active : active_) {
    if (active.until && (!next || *active.until < *next)) next = active.until;
  }
  return next;
}

bool FaultTable::Has(Fault::Kind kind) const {
  return std::any_of(active_.begin(), active_.end(),
                     [&](const ActiveFault& active) { return active.fault.kind == kind; });
}

void FaultTable::Meet(std::uint64_t connection) {
  for (ActiveFault& active : active_) ++(Hits(active, connection) ? active.hit : active.spared);
}

void FaultTable::Meet(FaultId id, std::uint64_t connection) {
  for (ActiveFault& active : active_) {
    if (active.id == id) ++(Hits(active, connection) ? active.hit : active.spared);
  }
}

bool FaultTable::Hits(const ActiveFault& active, std::uint64_t connection) const {
  if (active.fault.probability >= 1) return true;
  constexpr double kRange = 9007199254740992.0;  // 2^53: what a double holds exactly
  const std::uint64_t roll = Mix(Mix(Mix(seed_) ^ active.id) ^ connection);
  return static_cast<double>(roll >> 11U) / kRange < active.fault.probability;
}

FlowFaults FaultTable::For(std::uint64_t connection, Fault::Flow flow) const {
  FlowFaults all;
  for (const ActiveFault& active : active_) {
    const bool this_way = active.fault.flow == Fault::Flow::kBoth || active.fault.flow == flow;
    if (this_way && Hits(active, connection)) Join(active.fault, all);
  }
  return all;
}

}  // namespace twelve

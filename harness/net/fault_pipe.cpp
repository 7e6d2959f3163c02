#include "harness/net/fault_pipe.h"

#include <algorithm>
#include <cmath>

namespace twelve {
namespace {

// Reads that follow each other so closely are one chunk: it bounds the number of chunks, and no
// latency that a person asks for notices.
constexpr Duration kSameChunk = std::chrono::microseconds(100);
// Unused bandwidth is saved up for so long: a loop that comes late then makes up for it.
constexpr double kBurstSeconds = 0.1;
// Bandwidth is handed out in portions of so long: 200 writes a second, not one for each byte.
constexpr double kPortionSeconds = 0.005;

}  // namespace

std::size_t FaultPipe::Room(const FlowFaults& faults) const {
  const std::size_t room = faults.latency > Duration::zero() ? kDelayedRoom : kRoom;
  return room - std::min(room, waiting());
}

FaultPipe::Chunk FaultPipe::MakeChunk(TimePoint now, std::size_t bytes) {
  return {now, std::uniform_real_distribution<double>(-1, 1)(random_), bytes};
}

void FaultPipe::Push(std::string_view bytes, TimePoint now) {
  if (begin_ == bytes_.size()) {
    bytes_.clear();
    begin_ = 0;
  } else if (begin_ > kRoom && begin_ > bytes_.size() / 2) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  bytes_.append(bytes);
  if (!chunks_.empty() && now - chunks_.back().arrived < kSameChunk) {
    chunks_.back().bytes += bytes.size();
  } else {
    chunks_.push_back(MakeChunk(now, bytes.size()));
  }
}

void FaultPipe::PushEnd(TimePoint now) {
  if (!end_) end_ = MakeChunk(now, 0);
}

TimePoint FaultPipe::Release(const Chunk& chunk, const FlowFaults& faults) {
  const auto jitter = static_cast<double>(faults.jitter.count()) * chunk.luck;
  return chunk.arrived + faults.latency + Duration(std::llround(jitter));
}

std::size_t FaultPipe::Released(const FlowFaults& faults, TimePoint now) const {
  if (faults.latency == Duration::zero()) return waiting();
  std::size_t bytes = 0;
  for (const Chunk& chunk : chunks_) {
    if (Release(chunk, faults) > now) break;  // what comes behind waits for it: order is kept
    bytes += chunk.bytes;
  }
  return bytes;
}

void FaultPipe::Refill(const FlowFaults& faults, TimePoint now) {
  if (faults.bytes_per_second == 0) {
    refilled_.reset();
    return;
  }
  const auto rate = static_cast<double>(faults.bytes_per_second);
  if (!refilled_) {
    tokens_ = 0;
  } else {
    const double most = std::max(1.0, rate * kBurstSeconds);
    tokens_ = std::min(most, tokens_ + rate * ToSeconds(now - *refilled_));
  }
  refilled_ = now;
}

/// So many tokens make it worth to send.
double FaultPipe::Portion(const FlowFaults& faults, std::size_t released) {
  const double portion = static_cast<double>(faults.bytes_per_second) * kPortionSeconds;
  return std::min(static_cast<double>(released), std::max(1.0, std::floor(portion)));
}

std::string_view FaultPipe::Due(const FlowFaults& faults, TimePoint now) {
  Refill(faults, now);
  if (faults.stall) return {};
  std::size_t due = Released(faults, now);
  if (faults.bytes_per_second > 0) {
    if (tokens_ < Portion(faults, due)) return {};
    due = std::min(due, static_cast<std::size_t>(tokens_));
  }
  for (const auto& most : {faults.limit, faults.reset_after}) {
    if (most) due = std::min<std::uint64_t>(due, *most - std::min(*most, delivered_));
  }
  return std::string_view(bytes_).substr(begin_, due);
}

void FaultPipe::Sent(std::size_t bytes) {
  begin_ += bytes;
  delivered_ += bytes;
  if (refilled_) tokens_ -= static_cast<double>(bytes);
  while (bytes > 0) {
    const std::size_t part = std::min(bytes, chunks_.front().bytes);
    chunks_.front().bytes -= part;
    bytes -= part;
    if (chunks_.front().bytes == 0) chunks_.pop_front();
  }
}

bool FaultPipe::EndDue(const FlowFaults& faults, TimePoint now) const {
  return end_ && waiting() == 0 && !faults.stall && Release(*end_, faults) <= now;
}

std::optional<TimePoint> FaultPipe::Next(const FlowFaults& faults, TimePoint now) const {
  if (faults.stall) return std::nullopt;
  const Chunk* head = !chunks_.empty() ? &chunks_.front() : end_ ? &*end_ : nullptr;
  if (head == nullptr) return std::nullopt;
  const TimePoint release = Release(*head, faults);
  if (faults.latency > Duration::zero() && release > now) return release;
  const std::size_t released = Released(faults, now);
  if (faults.bytes_per_second == 0 || released == 0) return std::nullopt;
  const double missing = Portion(faults, released) - tokens_;
  if (missing <= 0) return std::nullopt;
  const double seconds = missing / static_cast<double>(faults.bytes_per_second);
  return now + Duration(std::llround(std::ceil(seconds * 1e9)) + 1);
}

}  // namespace twelve

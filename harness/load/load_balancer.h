#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/load/load_plan.h"

namespace twelve {

/// What one look at a target's ready_path came to.
enum class ProbeResult {
  kReady,        // 2xx
  kNotReady,     // any other answer, none in time, or a broken one
  kUnreachable,  // no connection could be made
};

/// Chooses the target of each request: round robin over those that are ready. Pure: knows no
/// socket and no time.
///
/// A target keeps its number for ever, also when it is taken out of the list, because records name
/// targets by number.
///
/// Threads: one.
class LoadBalancer {
 public:
  static constexpr int kFallAfter = 2;  // failed probes in a row; HAProxy's default is 3

  struct Entry {
    LoadTarget target;
    bool listed = true;
    bool judged = false;  // a probe has ended since it was listed
    bool ready = false;
    int failures = 0;
  };

  /// Without probing, every listed target counts as ready.
  explicit LoadBalancer(bool probing) : probing_(probing) {}

  void SetTargets(const std::vector<LoadTarget>& targets);
  const std::vector<Entry>& entries() const { return entries_; }

  void OnProbe(std::uint16_t index, ProbeResult result);
  /// A request was refused a connection: out, until a probe succeeds.
  void OnRefused(std::uint16_t index);

  /// The next ready target; for a second try prefers one that is not `avoid`. Nothing when none is
  /// ready.
  std::optional<std::uint16_t> Pick(std::optional<std::uint16_t> avoid = std::nullopt);
  /// Every listed target has been probed at least once.
  bool AllJudged() const;

 private:
  bool probing_;
  std::vector<Entry> entries_;
  std::size_t cursor_ = 0;
};

}  // namespace twelve

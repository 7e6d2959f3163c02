#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/readiness_prober.h"
#include "harness/router/router.h"

namespace twelve {

/// Who may get a request, and who gets the next one. Pure: knows no socket and no time.
///
/// A target keeps its number for ever, also when it is taken out of the list: requests that are
/// under way name it by number.
///
/// Threads: one.
class RouterTargets {
 public:
  struct Entry {
    LoadTarget target;
    bool listed = true, ready = false, draining = false;
    int failures = 0, successes = 0;  // of probes, in a row
    int in_flight = 0;
    std::string why = "it has not been asked yet";
  };
  using Tell = std::function<void(std::string text)>;

  /// `tell` hears of every change of who gets requests.
  RouterTargets(const RouterPlan& plan, Tell tell);

  void Set(const std::vector<LoadTarget>& targets);
  Status Drain(const std::string& name, bool draining);
  void OnProbe(std::uint16_t index, ProbeResult result);
  /// A connection was refused: no more requests until a probe succeeds.
  void OnRefused(std::uint16_t index);

  /// The next one. `sticky`: the one that a client's cookie names, if that may get requests.
  /// `avoid`: any other if there is one. Nothing when nobody may.
  std::optional<std::uint16_t> Pick(std::string_view sticky,
                                    std::optional<std::uint16_t> avoid = std::nullopt);
  Entry& at(std::uint16_t index) { return entries_[index]; }
  const std::deque<Entry>& entries() const { return entries_; }
  bool MayServe(std::uint16_t index) const { return MayServe(entries_[index]); }
  /// "No process is ready: web.1 cannot be reached; web.2 says that it is not ready."
  std::string WhyNobody() const;

 private:
  static bool MayServe(const Entry& entry) {
    return entry.listed && entry.ready && !entry.draining;
  }
  void Fall(Entry& entry, std::string why);

  const RouterPolicy policy_;
  const bool probing_;
  const int fall_, rise_;
  Tell tell_;
  std::deque<Entry> entries_;
  std::size_t cursor_ = 0;
};

}  // namespace twelve

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/conformance/target_launch.h"

namespace twelve {

/// When a marker showed up on one stream.
struct MarkerArrival {
  double delay_ms = 0;  // after the answer to the request that carried it; 0 if before
  // "live": on its own. "pushed": only after more requests had been logged, so a buffer held it.
  // "at_end": only when the service was stopped.
  std::string came;
};

/// A word that only one request carries, looked for in what the service prints.
struct MarkerTrace {
  std::string text;
  TimePoint answered;
  std::optional<MarkerArrival> out, err;  // stdout, stderr
};
nlohmann::json ToJson(const MarkerTrace& marker);
MarkerTrace MarkerTraceFrom(const nlohmann::json& json);

/// Shell lines that ask for /find-me and say `failure` when the word is not in what the service
/// printed within 5 s: on stdout, or, with `both`, on either stream.
std::string ShellFindMe(const CheckContext& context, const LaunchedTarget& launched, bool both,
                        const std::string& failure);

/// Sends requests with markers in their paths and watches a service's output for them.
///
/// Threads: the rig's.
/// Owns:    nothing; the launched target must outlive it.
class MarkerWatch {
 public:
  MarkerWatch(CheckContext& context, const LaunchedTarget& launched);

  /// Two requests with the same marker: in a path of its own, which most services log as not
  /// found, and in the query of the health path, for those that log only paths they know.
  void Send();
  /// Until every marker is on stdout, or `deadline`.
  void Wait(Deadline deadline);
  /// Long requests until an early marker shows up on stdout, at most `most`. A buffer of 8 KiB
  /// overflows long before.
  int Push(int most);
  /// Asks it to stop, waits until it is gone, and looks once more.
  void Stop();

  const std::vector<MarkerTrace>& markers() const { return markers_; }
  bool AllOnStdout() const;
  bool AnyOnStdout() const;

 private:
  /// Reads what is new in the log.
  void Look(const std::string& came);
  HttpAnswer Ask(const std::string& path);

  CheckContext& context_;
  const LaunchedTarget& launched_;
  std::vector<MarkerTrace> markers_;
  int sent_ = 0;
  std::uint16_t source_;
  std::uint64_t next_;  // the first line that was not looked at
};

}  // namespace twelve

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/conformance/target_launch.h"

namespace twelve {

/// What happened after the stop signal was sent to the launched process, once.
struct StopSample {
  bool leader_ended = false;
  double leader_ms = 0;  // from the signal to the end of the launched process
  std::string exit;      // "exit 0", "SIGTERM"
  bool gone = false;     // nothing of the whole tree is left
  double gone_ms = 0;
  bool answers = false;  // at the end of the watch a request was still answered
  int processes_before = 0;
  std::vector<std::string> survivors;  // "1234 python3 app.py" at the end of the watch
};
nlohmann::json ToJson(const StopSample& sample);
StopSample StopSampleFrom(const nlohmann::json& json);

/// How long to watch. Whichever comes first ends it: nothing is left, `limit` after the signal,
/// or `after_leader` after the end of the launched process. One that no longer answers at `limit`
/// may be on its way out and is watched on until `quiet_limit` after the signal.
struct StopWatch {
  Duration limit{};
  Duration after_leader = std::chrono::hours(1);
  Duration quiet_limit{};
};

/// Sends the target's stop signal to the launched process only, and watches.
StopSample StopAndWatch(CheckContext& context, LaunchedTarget& launched, const StopWatch& watch);

/// Ends what is left and waits until it is gone.
void EndAll(CheckContext& context, LaunchedTarget& launched);

/// "gone 0.02 s after SIGTERM (exit 0)", "still running 30 s after SIGTERM, and answering".
std::string Describe(const StopSample& sample, const std::string& signal, double watched_ms);

/// Recorded samples, judged one by one, and the one that took longest or never ended.
struct JudgedStops {
  std::vector<Verdict> verdicts;
  StopSample worst;
};
JudgedStops JudgeStops(const nlohmann::json& samples,
                       const std::function<Verdict(const StopSample&)>& judge);

/// Facts that every check of this factor keeps: {"signal": "SIGTERM", "pre_stop_delay_ms": 0}.
nlohmann::json StopFacts(const Target& target);

}  // namespace twelve

#include "factors/11_logs/checks/xi_latency.h"

#include <fmt/format.h>

#include <algorithm>

#include "factors/11_logs/checks/log_markers.h"
#include "harness/conformance/repetition.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kMarkers = 5;
constexpr auto kApart = seconds(1);
// 200 requests of 400 bytes and more overflow every usual buffer (4 to 64 KiB).
constexpr int kMostPushes = 200;
constexpr double kNever = 1e12;

Observation Collect(CheckContext& context) {
  Observation observation;
  const std::optional<LaunchedTarget> launched = LaunchReady(context, {}, observation);
  if (!launched) return observation;
  const Clock& clock = context.rig.clock();
  MarkerWatch watch(context, *launched);
  for (int i = 0; i < kMarkers && !context.rig.cancelled(); ++i) {
    watch.Send();
    watch.Wait(Deadline::After(clock, kApart));
  }
  const auto late = milliseconds(static_cast<std::int64_t>(Limit(LogLatencyCheck(), "fail_ms")));
  watch.Wait(Deadline::After(clock, late));
  int pushed = 0;
  if (!watch.AnyOnStdout()) pushed = watch.Push(kMostPushes);
  if (!watch.AllOnStdout()) watch.Stop();

  nlohmann::json markers = nlohmann::json::array();
  for (const MarkerTrace& marker : watch.markers()) markers.push_back(ToJson(marker));
  observation.facts = {{"markers", std::move(markers)},
                       {"pushed", pushed},
                       {"reproduction", ShellFindMe(context, *launched, false,
                                                    "5 s later the request is not on stdout")}};
  const std::string output = QuoteOutput(*launched, 3);
  if (!output.empty()) observation.evidence.push_back({"log", output});
  return observation;
}

/// What one stream shows: the delays of all markers, and how they came.
struct StreamDelays {
  std::vector<double> ms;
  int came = 0;
  bool held_back = false;  // some came only when a buffer overflowed or at the end
  std::string how;
};

StreamDelays DelaysOf(const std::vector<MarkerTrace>& markers, bool stdout_stream) {
  StreamDelays delays;
  for (const MarkerTrace& marker : markers) {
    const std::optional<MarkerArrival>& arrival = stdout_stream ? marker.out : marker.err;
    delays.ms.push_back(arrival ? arrival->delay_ms : kNever);
    if (!arrival) continue;
    ++delays.came;
    if (arrival->came == "live" || delays.held_back) continue;
    delays.held_back = true;
    delays.how = arrival->came == "at_end" ? "came only when the service ended"
                                           : "came only after more requests had filled a buffer";
  }
  return delays;
}

Finding Decide(const Observation& observation, const Check& check, const Calibration&) {
  std::vector<MarkerTrace> markers;
  for (const nlohmann::json& json : observation.facts.value("markers", nlohmann::json::array())) {
    markers.push_back(MarkerTraceFrom(json));
  }
  const double pass_ms = Limit(check, "pass_ms");
  Finding finding = MakeFinding(
      Verdict::kInconclusive,
      fmt::format("an event is on stdout within {:.0f} s of what it tells of", pass_ms / 1000), "",
      static_cast<int>(markers.size()));
  // stdout where it carries requests at all: that is where the factor wants them.
  const StreamDelays out = DelaysOf(markers, true);
  const StreamDelays err = DelaysOf(markers, false);
  const StreamDelays& stream = out.came > 0 ? out : err;
  const char* const name = out.came > 0 ? "stdout" : "stderr";
  if (stream.came == 0) {
    finding.why =
        "no request showed up in its output, not even after 200 more and its end; make it log "
        "requests while it is checked";
    return finding;
  }
  const double median = Median(stream.ms);
  if (stream.held_back) {
    finding.verdict = Verdict::kFail;
    finding.actual = fmt::format("{} of {} requests were on {}, but they {}", stream.came,
                                 markers.size(), name, stream.how);
  } else if (median >= kNever) {
    finding.verdict = Verdict::kFail;
    finding.actual =
        fmt::format("only {} of {} requests were on {}", stream.came, markers.size(), name);
  } else {
    finding.verdict = median <= pass_ms                   ? Verdict::kPass
                      : median <= Limit(check, "fail_ms") ? Verdict::kWarn
                                                          : Verdict::kFail;
    finding.actual = fmt::format(
        "{} of {} requests on {}, {:.0f} ms after their answer in the "
        "median",
        stream.came, markers.size(), name, median);
  }
  return finding;
}

Check MakeCheck() {
  Check check;
  check.id = "XI-latency";
  check.factor = 11;
  check.question = "Does the service write an event when it happens, without holding it back?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "A process writes its events, unbuffered, to stdout (12factor.net/logs, third paragraph).";
  check.steps =
      "With a pipe as stdout, as every platform has it, send five requests with unique words in "
      "their paths, one second apart, and time when each word is read. If none is there after 5 s: "
      "up to 200 more requests, which fill a buffer, then the stop signal, which flushes one.";
  check.remedy = "Flush after each line, or make stdout line buffered.";
  check.remedy_by_runtime = {
      {"python", "python -u, or PYTHONUNBUFFERED=1 in the environment of every deploy."},
      {"ruby", "$stdout.sync = true"},
      {"c", "setvbuf(stdout, NULL, _IOLBF, 0)"},
      {"sh", "stdbuf -oL before the command; sed -u and grep --line-buffered in a pipe."}};
  check.thresholds = {
      {"pass_ms", 1'000, "ms", "what a person watching a log takes for \"at once\"; ours"},
      {"fail_ms", 5'000, "ms", "five times that; a buffer that is not flushed takes longer"}};
  check.known_false =
      "A service that logs no requests is inconclusive. One whose lines are lost at its end and "
      "never fill a buffer is, too.";
  check.cost_seconds = 11;
  check.exclusive = true;
  check.value = 3;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& LogLatencyCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

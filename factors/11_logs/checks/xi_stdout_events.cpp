#include "factors/11_logs/checks/xi_stdout_events.h"

#include <fmt/format.h>

#include <algorithm>

#include "factors/11_logs/checks/log_markers.h"

namespace twelve {
namespace {

using std::chrono::seconds;

constexpr auto kWait = seconds(5);
constexpr int kMostPushes = 200;

Observation Collect(CheckContext& context) {
  Observation observation;
  const std::optional<LaunchedTarget> launched = LaunchReady(context, {}, observation);
  if (!launched) return observation;
  MarkerWatch watch(context, *launched);
  watch.Send();
  watch.Wait(Deadline::After(context.rig.clock(), kWait));
  if (!watch.AnyOnStdout()) watch.Push(kMostPushes);
  if (!watch.AllOnStdout()) watch.Stop();

  const std::vector<LogLine> lines = OutputOf(*launched, 4096);
  const auto on = [&](LogStream stream) {
    return std::count_if(lines.begin(), lines.end(),
                         [stream](const LogLine& line) { return line.stream == stream; });
  };
  observation.facts = {{"marker", ToJson(watch.markers().front())},
                       {"stdout_lines", on(LogStream::kStdout)},
                       {"stderr_lines", on(LogStream::kStderr)},
                       {"files", nlohmann::json::array()}};
  const std::string& word = watch.markers().front().text;
  if (context.files != nullptr && !watch.AnyOnStdout()) {
    for (const std::string& file :
         context.files->FilesWith({context.target.directory, launched->home}, word)) {
      observation.facts["files"].push_back(file);
      observation.evidence.push_back({"file", "the request is in " + file});
    }
    observation.facts["reproduction"] =
        ShellFindMe(context, *launched, true, "the request is neither on stdout nor on stderr");
  }
  for (const LogLine& line : lines) {
    if (line.text.find(word) == std::string::npos) continue;
    observation.evidence.push_back(
        {"log", (line.stream == LogStream::kStdout ? "stdout | " : "stderr | ") + line.text});
  }
  if (observation.evidence.empty() && !lines.empty()) {
    observation.evidence.push_back({"log", QuoteOutput(*launched, 3)});
  }
  return observation;
}

Finding Decide(const Observation& observation, const Check&, const Calibration&) {
  const nlohmann::json& facts = observation.facts;
  const MarkerTrace marker = MarkerTraceFrom(facts.value("marker", nlohmann::json::object()));
  const int out = facts.value("stdout_lines", 0);
  const int err = facts.value("stderr_lines", 0);
  const auto files = facts.value("files", std::vector<std::string>{});
  Finding finding = MakeFinding(Verdict::kInconclusive, "a request is an event on stdout", "", 1);
  if (marker.out) {
    finding.verdict = Verdict::kPass;
    finding.actual = "the request is on stdout";
    if (marker.out->came != "live") finding.actual += ", late: see XI-latency";
  } else if (marker.err) {
    finding.verdict = Verdict::kWarn;
    finding.actual = "the request is on stderr; the factor says stdout, platforms join both";
  } else if (!files.empty()) {
    finding.verdict = Verdict::kFail;
    finding.actual = "the request is in a file only: " + files.front();
  } else if (out + err > 0) {
    finding.verdict = Verdict::kWarn;
    finding.actual =
        fmt::format("{} lines on stdout and {} on stderr, but none for the request", out, err);
  } else {
    finding.why = "it printed nothing from its start to its end";
  }
  return finding;
}

Check MakeCheck() {
  Check check;
  check.id = "XI-stdout-events";
  check.factor = 11;
  check.question = "Does the service write its events to stdout?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "A process writes its event stream to stdout and does not care where it goes "
      "(12factor.net/logs, third paragraph).";
  check.steps =
      "Send a request with a unique word in its path. Look for the word on stdout and stderr for "
      "5 s, after more requests, and after the service was stopped; if it is not on stdout, also "
      "in the files of its directory, HOME and TMPDIR.";
  check.remedy = "Log to stdout, one event per line; let the platform carry it on.";
  check.remedy_by_runtime = {
      {"python", "logging writes to stderr unless told: logging.StreamHandler(sys.stdout)."},
      {"gunicorn", "gunicorn --access-logfile -"},
      {"nginx", "access_log /dev/stdout;"}};
  check.known_false =
      "A service that logs errors only is a warning. A log file outside of its directory, HOME and "
      "TMPDIR is not found: it then looks like a service without events.";
  check.cost_seconds = 6;
  check.value = 37;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& StdoutEventsCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

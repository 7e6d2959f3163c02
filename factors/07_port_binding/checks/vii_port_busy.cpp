#include "factors/07_port_binding/checks/vii_port_busy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "factors/07_port_binding/checks/listener_facts.h"
#include "harness/conformance/reproduction.h"
#include "harness/conformance/target_launch.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kEndTime = seconds(10);

/// The first line that speaks of the port: what an operator would look for.
std::string MessageAboutPort(const std::vector<LogLine>& lines) {
  for (const LogLine& line : lines) {
    std::string lower = line.text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char* words : {"in use", "eaddrinuse", "already", "taken", "cannot listen",
                              "failed to listen", "cannot bind", "could not bind", "bind()"}) {
      if (lower.find(words) != std::string::npos) return line.text;
    }
  }
  return "";
}

std::string Reproduce(CheckContext& context, const LaunchedTarget& launched, double wait_s) {
  return ShellPrepare(context) +
         fmt::format(
             "python3 -m http.server --bind 127.0.0.1 {0} >/dev/null 2>&1 & first=$!\n"
             "curl -s -o /dev/null --retry 60 --retry-delay 1 --retry-connrefused "
             "http://127.0.0.1:{0}/\n",
             launched.port) +
         ShellStart(context, launched) +
         fmt::format(
             "for second in $(seq {:.0f}); do kill -0 $pid 2>/dev/null || break; sleep 1; "
             "done\n",
             wait_s) +
         "if kill -0 $pid 2>/dev/null; then\n"
         "  echo \"FAIL: the port is taken, and the service runs on\"\n"
         "elif wait $pid; then\n"
         "  echo \"FAIL: the port is taken, and the service ends with exit 0\"\n"
         "fi\n" +
         ShellCleanUp("$pid $first");
}

/// The same start on a free port: whatever goes wrong later is about the port. Gives the port.
std::optional<std::uint16_t> RunControl(CheckContext& context, Observation& observation) {
  std::optional<LaunchedTarget> launched = LaunchReady(context, {}, observation);
  if (!launched) return std::nullopt;
  const std::uint16_t port = launched->port;
  launched->instance->Kill("the control is done");
  context.rig.WaitUntil([&] { return launched->instance->Snapshot().over(); },
                        Deadline::After(context.rig.clock(), kEndTime));
  return port;
}

Observation Collect(CheckContext& context) {
  Observation observation;
  const std::optional<std::uint16_t> port = RunControl(context, observation);
  if (!port) return observation;
  const Result<std::unique_ptr<Connection>> occupied = context.rig.Occupy(*port);
  if (!occupied) {
    observation.blocked = occupied.error().message;
    return observation;
  }
  LaunchOptions options;
  options.port = *port;
  Result<LaunchedTarget> launched = Launch(context, options);
  if (!launched) {
    observation.blocked = launched.error().message;
    return observation;
  }
  const double watch_ms = Limit(PortBusyCheck(), "end_ms") + ToMs(context.target.pre_stop_delay);
  const TimePoint begin = context.rig.clock().Now();
  context.rig.WaitUntil([&] { return launched->instance->Snapshot().over(); },
                        Deadline(begin + milliseconds(static_cast<std::int64_t>(watch_ms))));
  const ProcessStatus status = launched->instance->Snapshot();
  const std::vector<ListeningSocket> listeners = launched->instance->Listeners();
  const double after_ms =
      status.leader_ended && status.launched ? ToMs(*status.leader_ended - *status.launched) : 0;
  observation.facts = {
      {"port", *port},
      {"ended", status.leader_ended.has_value()},
      {"failed", status.exit && (status.exit->signalled || status.exit->code != 0)},
      {"exit", status.exit ? Describe(*status.exit) : ""},
      {"after_ms", after_ms},
      {"message", MessageAboutPort(OutputOf(*launched, 400))},
      {"listeners", ToJson(listeners)},
      {"reproduction", Reproduce(context, *launched, watch_ms / 1000)}};
  const std::string output = QuoteOutput(*launched, 5);
  if (!output.empty()) observation.evidence.push_back({"log", output});
  if (!listeners.empty()) observation.evidence.push_back({"socket", Places(listeners)});
  return observation;
}

Finding Decide(const Observation& observation, const Check& check, const Calibration&) {
  const nlohmann::json& facts = observation.facts;
  const auto listeners = ListenersFrom(facts.value("listeners", nlohmann::json::array()));
  const std::string exit = facts.value("exit", "");
  const double seconds_taken = facts.value("after_ms", 0.0) / 1000;
  const std::string message = facts.value("message", "");
  Finding finding = MakeFinding(
      Verdict::kFail,
      fmt::format("within {:.0f} s it ends with an exit code that is not 0 and says why",
                  Limit(check, "end_ms") / 1000),
      "", 1);
  if (!facts.value("ended", false)) {
    finding.actual = listeners.empty() ? fmt::format("after {:.0f} s it still ran without a port",
                                                     Limit(check, "end_ms") / 1000)
                                       : "the port was taken, so it listened on " +
                                             Places(listeners) + " instead";
  } else if (!facts.value("failed", false)) {
    finding.actual =
        fmt::format("it ended after {:.2f} s with {}, as if all were well", seconds_taken, exit);
  } else if (message.empty()) {
    finding.verdict = Verdict::kWarn;
    finding.actual = fmt::format(
        "it ended after {:.2f} s with {}, but no line of its output names "
        "the reason",
        seconds_taken, exit);
  } else {
    finding.verdict = Verdict::kPass;
    finding.actual =
        fmt::format("it ended after {:.2f} s with {}: \"{}\"", seconds_taken, exit, message);
  }
  return finding;
}

Check MakeCheck() {
  Check check;
  check.id = "VII-port-busy";
  check.factor = 7;
  check.question = "Does the service end with an error when its port is taken?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "The service is what answers on its port (12factor.net/port-binding, second paragraph); one "
      "that cannot bind has failed to start and must let its process manager know.";
  check.steps =
      "Start it once on a free port: the control. Then occupy the port and start it again. Watch "
      "for 15 s whether it ends, how, what it says, and whether it listens elsewhere.";
  check.remedy = "Let the error of bind or listen end the process with an exit code that is not 0.";
  check.remedy_by_runtime = {
      {"go", "log.Fatal(http.ListenAndServe(...)): its error is easily dropped."},
      {"node", "Do not swallow the 'error' event of the server."}};
  check.thresholds = {{"end_ms", 15'000, "ms",
                       "gunicorn tries again for 5 s before it gives up; three times that"}};
  check.known_false =
      "A service that waits longer than 15 s for the port to become free, on purpose, fails.";
  check.cost_seconds = 4;
  check.value = 14;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& PortBusyCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

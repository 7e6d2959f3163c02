#include "factors/09_disposability/checks/ix_term_idle.h"

#include <fmt/format.h>

#include "factors/09_disposability/checks/stop_sample.h"
#include "harness/conformance/repetition.h"
#include "harness/conformance/reproduction.h"

namespace twelve {
namespace {

Verdict Classify(const StopSample& sample, const Check& check, double delay_ms) {
  if (!sample.gone) return Verdict::kFail;
  if (sample.gone_ms <= Limit(check, "pass_ms") + delay_ms) return Verdict::kPass;
  return sample.gone_ms <= Limit(check, "fail_ms") + delay_ms ? Verdict::kWarn : Verdict::kFail;
}

std::string Reproduce(CheckContext& context, const LaunchedTarget& launched, double wait_s) {
  const std::string signal = SignalName(context.target.stop_signal);
  return ShellPrepare(context) + ShellStart(context, launched) +
         ShellAwaitReady(context, launched) + "children=$(cat /proc/$pid/task/$pid/children)\n" +
         fmt::format("kill -{} $pid\nsleep {:.0f}\n", KillName(context.target.stop_signal),
                     wait_s) +
         fmt::format(
             "if kill -0 $pid 2>/dev/null || curl -s -o /dev/null {}; then\n"
             "  echo \"FAIL: still running {:.0f} s after {}\"\nfi\n",
             ShellWord(Url(launched, context.target.health_path)), wait_s, signal) +
         ShellCleanUp("$pid $children");
}

Observation Collect(CheckContext& context) {
  Observation observation;
  const Check& check = TermIdleCheck();
  const double delay_ms = ToMs(context.target.pre_stop_delay);
  const double limit_ms = Limit(check, "fail_ms") + delay_ms;
  observation.facts = StopFacts(context.target);
  observation.facts["samples"] = nlohmann::json::array();
  std::vector<Verdict> verdicts;
  bool long_failure = false;
  while (NeedsAnother(verdicts, long_failure) && !context.rig.cancelled()) {
    std::optional<LaunchedTarget> launched = LaunchReady(context, {}, observation);
    if (!launched) return observation;
    const StopSample sample =
        StopAndWatch(context, *launched, {std::chrono::milliseconds(std::int64_t(limit_ms))});
    verdicts.push_back(Classify(sample, check, delay_ms));
    long_failure = verdicts.back() == Verdict::kFail;
    observation.facts["samples"].push_back(ToJson(sample));
    observation.evidence.push_back(
        {"timeline", Describe(sample, SignalName(context.target.stop_signal), limit_ms)});
    for (const std::string& survivor : sample.survivors) {
      observation.evidence.push_back({"process", survivor});
    }
    observation.facts["reproduction"] = Reproduce(context, *launched, limit_ms / 1000);
    EndAll(context, *launched);
  }
  return observation;
}

Finding Decide(const Observation& observation, const Check& check, const Calibration&) {
  const nlohmann::json& facts = observation.facts;
  const double delay_ms = facts.value("pre_stop_delay_ms", 0.0);
  const std::string signal = facts.value("signal", "SIGTERM");
  const JudgedStops stops =
      JudgeStops(facts.value("samples", nlohmann::json::array()),
                 [&](const StopSample& sample) { return Classify(sample, check, delay_ms); });
  return AgreedFinding(stops.verdicts,
                       fmt::format("everything gone within {:.0f} s of {}",
                                   (Limit(check, "pass_ms") + delay_ms) / 1000, signal),
                       Describe(stops.worst, signal, Limit(check, "fail_ms") + delay_ms));
}

Check MakeCheck() {
  Check check;
  check.id = "IX-term-idle";
  check.factor = 9;
  check.question = "Does the service end soon after SIGTERM when it has nothing to do?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "A process stops when its process manager says so with SIGTERM (12factor.net/disposability, "
      "third paragraph).";
  check.steps =
      "Start it, wait until it answers, leave it alone. Send the stop signal to the launched "
      "process and watch its whole tree for 30 s. Three times; one that is still there after 30 s "
      "is not repeated.";
  check.remedy = "Handle SIGTERM: stop listening, finish what is being answered, end the process.";
  check.remedy_by_runtime = {
      {"python",
       "signal.signal(signal.SIGTERM, ...) must end the server; a thread that is not a "
       "daemon keeps the process alive."},
      {"node",
       "process.on('SIGTERM', ...) replaces the default end: call server.close() and "
       "close kept-alive connections."},
      {"sh", "Start the service with exec, so that the signal reaches it and not the shell."}};
  check.thresholds = {
      {"pass_ms", 10'000, "ms", "stop timeout of Docker, Cloud Run and Cloud Foundry"},
      {"fail_ms", 30'000, "ms", "grace period of Kubernetes, Heroku and Amazon ECS"}};
  check.known_false =
      "A service that waits on purpose before it stops needs pre_stop_delay_ms in twelve.json. "
      "What a handler is registered for says nothing: runtimes catch SIGTERM without any handler "
      "of the application.";
  check.cost_seconds = 3;
  check.value = 7;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& TermIdleCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

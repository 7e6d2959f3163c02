#include "factors/09_disposability/checks/ix_term_pid1.h"

#include <fmt/format.h>

#include "factors/09_disposability/checks/stop_sample.h"
#include "harness/conformance/repetition.h"
#include "harness/conformance/reproduction.h"

namespace twelve {
namespace {

Verdict Classify(const StopSample& sample, const Check& check, double delay_ms) {
  if (!sample.gone) return Verdict::kFail;
  return sample.gone_ms <= Limit(check, "pass_ms") + delay_ms ? Verdict::kPass : Verdict::kWarn;
}

/// A container's PID 1 without a container engine.
constexpr const char* kUnshare =
    "$([ $(id -u) = 0 ] || echo unshare --user --map-root-user) "
    "unshare --pid --fork --kill-child --mount-proc";

std::string Reproduce(CheckContext& context, const LaunchedTarget& launched, double wait_s) {
  const std::string signal = SignalName(context.target.stop_signal);
  return ShellPrepare(context) + ShellStart(context, launched, kUnshare) +
         ShellAwaitReady(context, launched) + "first=$(cat /proc/$pid/task/$pid/children)\n" +
         fmt::format("kill -{} $first\nsleep {:.0f}\n", KillName(context.target.stop_signal),
                     wait_s) +
         fmt::format(
             "if curl -s -o /dev/null {}; then\n"
             "  echo \"FAIL: PID 1 still answers {:.0f} s after {}\"\nfi\n",
             ShellWord(Url(launched, context.target.health_path)), wait_s, signal) +
         ShellCleanUp("$pid $first");
}

/// The same service as an ordinary child: what a test without a container sees.
bool RunPlain(CheckContext& context, Observation& observation, Duration limit) {
  std::optional<LaunchedTarget> launched = LaunchReady(context, {}, observation);
  if (!launched) return false;
  const StopSample sample = StopAndWatch(context, *launched, {limit});
  observation.facts["plain"] = ToJson(sample);
  observation.evidence.push_back(
      {"timeline",
       "as an ordinary process: " + Describe(sample, observation.facts["signal"], ToMs(limit))});
  EndAll(context, *launched);
  return true;
}

Observation Collect(CheckContext& context) {
  Observation observation;
  const Check& check = TermPid1Check();
  const double delay_ms = ToMs(context.target.pre_stop_delay);
  const auto pass = std::chrono::milliseconds(std::int64_t(Limit(check, "pass_ms") + delay_ms));
  const auto fail = std::chrono::milliseconds(std::int64_t(Limit(check, "fail_ms") + delay_ms));
  observation.facts = StopFacts(context.target);
  if (!RunPlain(context, observation, pass)) return observation;

  observation.facts["pid1"] = nlohmann::json::array();
  std::vector<Verdict> verdicts;
  bool long_failure = false;
  while (NeedsAnother(verdicts, long_failure) && !context.rig.cancelled()) {
    LaunchOptions options;
    options.pid_namespace = true;
    std::optional<LaunchedTarget> launched = LaunchReady(context, options, observation);
    if (!launched) {
      observation.blocked =
          "it starts as an ordinary process, but not as PID 1: " + observation.blocked;
      return observation;
    }
    const StopSample sample = StopAndWatch(context, *launched, {pass, std::chrono::hours(1), fail});
    verdicts.push_back(Classify(sample, check, delay_ms));
    long_failure = verdicts.back() == Verdict::kFail;
    observation.facts["pid1"].push_back(ToJson(sample));
    observation.evidence.push_back(
        {"timeline", "as PID 1: " + Describe(sample, observation.facts["signal"], ToMs(pass))});
    observation.facts["reproduction"] = Reproduce(context, *launched, ToSeconds(pass));
    EndAll(context, *launched);
  }
  return observation;
}

Finding Decide(const Observation& observation, const Check& check, const Calibration&) {
  const nlohmann::json& facts = observation.facts;
  const double delay_ms = facts.value("pre_stop_delay_ms", 0.0);
  const double pass_ms = Limit(check, "pass_ms") + delay_ms;
  const std::string signal = facts.value("signal", "SIGTERM");
  const JudgedStops stops =
      JudgeStops(facts.value("pid1", nlohmann::json::array()),
                 [&](const StopSample& sample) { return Classify(sample, check, delay_ms); });
  const StopSample plain = StopSampleFrom(facts.value("plain", nlohmann::json::object()));
  return AgreedFinding(
      stops.verdicts,
      fmt::format("as PID 1, everything gone within {:.0f} s of {}", pass_ms / 1000, signal),
      fmt::format("as PID 1 {}; as an ordinary process {}", Describe(stops.worst, signal, pass_ms),
                  Describe(plain, signal, pass_ms)));
}

Check MakeCheck() {
  Check check;
  check.id = "IX-term-pid1";
  check.factor = 9;
  check.question = "Does the service end soon after SIGTERM when it is PID 1, as in a container?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "A process stops when its process manager says so with SIGTERM (12factor.net/disposability, "
      "third paragraph). In a container the service is PID 1, and for PID 1 the kernel throws away "
      "every signal that has no handler.";
  check.steps =
      "Start it as an ordinary process, send the stop signal, see when it is gone. Start it as "
      "PID 1 of its own PID namespace, the network shared, and do the same. Three times as PID 1; "
      "one that still answers after 10 s is not repeated.";
  check.remedy =
      "Register a handler for SIGTERM, or let a small init be PID 1 (docker run --init, tini).";
  check.remedy_by_runtime = {
      {"python", "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)) is the least that helps."},
      {"node", "process.on('SIGTERM', () => server.close(() => process.exit(0)))"},
      {"php", "The built-in server has no handler: use an init, or php-fpm."},
      {"sh", "Write exec before the last command of the start script."}};
  check.thresholds = {
      {"pass_ms", 10'000, "ms", "stop timeout of Docker, Cloud Run and Cloud Foundry"},
      {"fail_ms", 30'000, "ms", "grace period of Kubernetes, Heroku and Amazon ECS"}};
  check.known_false =
      "An image that declares an init of its own as entry point passes in production although the "
      "bare command fails here: put the init into the command.";
  check.needs = {{Need::Kind::kCapability, "pid_namespace"}};
  check.cost_seconds = 12;
  check.value = 1;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& TermPid1Check() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

#include "factors/09_disposability/checks/ix_kill9_restart.h"

#include <fmt/format.h>

#include <algorithm>

#include "factors/09_disposability/checks/stop_sample.h"
#include "harness/conformance/repetition.h"
#include "harness/conformance/reproduction.h"

namespace twelve {
namespace {

constexpr int kRestarts = 5;
constexpr int kRestartsAsPid1 = 2;
constexpr int kRefusalsThatConvince = 2;

struct Restarts {
  std::vector<double> ready_ms;
  std::vector<std::string> refusals;
};

Restarts RestartsFrom(const nlohmann::json& list) {
  Restarts restarts;
  for (const nlohmann::json& json : list) {
    if (json.value("ready", false)) {
      restarts.ready_ms.push_back(json.value("ready_ms", 0.0));
    } else {
      restarts.refusals.push_back(json.value("problem", ""));
    }
  }
  return restarts;
}

std::string Reproduce(CheckContext& context, const LaunchedTarget& launched) {
  return ShellPrepare(context) + ShellStart(context, launched) +
         ShellAwaitReady(context, launched) +
         "kill -KILL $pid $(cat /proc/$pid/task/$pid/children)\nwait $pid\n" +
         ShellStart(context, launched) + ShellAwaitReady(context, launched, 10) +
         fmt::format(
             "curl -s -o /dev/null {} || echo \"FAIL: it does not start again after "
             "SIGKILL\"\n",
             ShellWord(Url(launched, context.target.health_path))) +
         ShellCleanUp("$pid");
}

/// Starts again what was just killed, `wanted` times, in the same place and on the same port.
nlohmann::json RestartOften(CheckContext& context, LaunchedTarget launched,
                            const LaunchOptions& same, int wanted, Observation& observation) {
  nlohmann::json rounds = nlohmann::json::array();
  int refused = 0;
  for (int round = 0; round < wanted && refused < kRefusalsThatConvince; ++round) {
    if (context.rig.cancelled()) break;
    EndAll(context, launched);
    Result<LaunchedTarget> again = Launch(context, same);
    if (!again) {
      observation.blocked = again.error().message;
      break;
    }
    const BootResult boot = AwaitReady(context, *again);
    rounds.push_back(
        {{"ready", boot.ready}, {"ready_ms", boot.ready_ms}, {"problem", boot.problem}});
    if (!boot.ready) {
      ++refused;
      const std::string output = QuoteOutput(*again, 5);
      if (!output.empty()) observation.evidence.push_back({"log", output});
    }
    launched = std::move(*again);
  }
  EndAll(context, launched);
  return rounds;
}

/// In a PID namespace the service gets the same pid each time, so a pid file that was left behind
/// names a process that lives: the service itself.
void RestartAsPid1(CheckContext& context, Observation& observation) {
  const Result<std::uint16_t> port = PickPort(context);
  const Result<std::string> home = context.rig.MakeDirectory("home");
  if (!port || !home) return;
  const LaunchOptions same{*port, true, *home};
  Observation ignored;  // what keeps it from starting as PID 1 is the subject of IX-term-pid1
  std::optional<LaunchedTarget> first = LaunchReady(context, same, ignored);
  if (!first) return;
  observation.facts["pid_namespace"] =
      RestartOften(context, std::move(*first), same, kRestartsAsPid1, observation);
}

Observation Collect(CheckContext& context) {
  Observation observation;
  observation.facts = {{"first_ms", 0.0},
                       {"restarts", nlohmann::json::array()},
                       {"pid_namespace", nlohmann::json::array()}};
  const Result<std::uint16_t> port = PickPort(context);
  const Result<std::string> home = context.rig.MakeDirectory("home");
  if (!port || !home) {
    observation.blocked = port ? home.error().message : port.error().message;
    return observation;
  }
  const LaunchOptions same{*port, false, *home};
  BootResult boot;
  std::optional<LaunchedTarget> first = LaunchReady(context, same, observation, &boot);
  if (!first) return observation;
  observation.facts["first_ms"] = boot.ready_ms;
  observation.facts["reproduction"] = Reproduce(context, *first);
  observation.facts["restarts"] =
      RestartOften(context, std::move(*first), same, kRestarts, observation);
  const bool clean = RestartsFrom(observation.facts["restarts"]).refusals.empty();
  if (clean && context.capabilities.Has("pid_namespace")) RestartAsPid1(context, observation);
  return observation;
}

Finding Decide(const Observation& observation, const Check& check, const Calibration& calibration) {
  const nlohmann::json& facts = observation.facts;
  Restarts all = RestartsFrom(facts.value("restarts", nlohmann::json::array()));
  const Restarts pid1 = RestartsFrom(facts.value("pid_namespace", nlohmann::json::array()));
  const std::size_t plain = all.ready_ms.size() + all.refusals.size();
  all.ready_ms.insert(all.ready_ms.end(), pid1.ready_ms.begin(), pid1.ready_ms.end());
  all.refusals.insert(all.refusals.end(), pid1.refusals.begin(), pid1.refusals.end());
  const int samples = static_cast<int>(all.ready_ms.size() + all.refusals.size());
  const int refused = static_cast<int>(all.refusals.size());

  std::vector<double> starts = all.ready_ms;
  starts.push_back(facts.value("first_ms", 0.0));
  const double median = Median(starts);
  const double limit = std::max(Limit(check, "slow_factor") * median,
                                median + Limit(check, "slack_ms") * calibration.factor);
  const double slowest = *std::max_element(starts.begin(), starts.end());

  Finding finding = MakeFinding(
      Verdict::kPass,
      fmt::format("after SIGKILL it starts again at once, each time within {:.1f} s", limit / 1000),
      fmt::format("{} of {} restarts ready, {} of them as PID 1; median {:.2f} s, slowest {:.2f} s",
                  samples - refused, samples, samples - static_cast<int>(plain), median / 1000,
                  slowest / 1000),
      samples);
  if (refused > 0) {
    finding.actual = fmt::format("{} of {} restarts failed{}: {}", refused, samples,
                                 pid1.refusals.empty() ? ""
                                                       : " (as PID 1, where the pid is always "
                                                         "the same)",
                                 all.refusals.front());
    finding.verdict = refused >= kRefusalsThatConvince ? Verdict::kFail : Verdict::kInconclusive;
    if (refused < kRefusalsThatConvince) finding.why = "one restart failed and the others did not";
  } else if (samples < kRepetitions) {
    finding.verdict = Verdict::kInconclusive;
    finding.why = fmt::format("only {} restarts were measured", samples);
  } else if (slowest > limit) {
    finding.verdict = Verdict::kWarn;
  }
  return finding;
}

Check MakeCheck() {
  Check check;
  check.id = "IX-kill9-restart";
  check.factor = 9;
  check.question = "Does the service start again by itself after SIGKILL?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "A process survives sudden death: nobody has to clean up before the next start "
      "(12factor.net/disposability, last paragraph).";
  check.steps =
      "Start it, wait until it answers, send SIGKILL to its whole tree, start it again at once in "
      "the same directory, HOME, TMPDIR and port. Five times; then twice as PID 1 of a PID "
      "namespace, where the pid repeats and a pid file looks alive.";
  check.remedy =
      "Keep no lock or pid file; if there must be one, lock it with flock, which the kernel "
      "releases.";
  check.thresholds = {
      {"slow_factor", 2, "times the median start", "a recovery that takes this long is work"},
      {"slack_ms", 2'000, "ms", "what a busy machine adds to a start"}};
  check.known_false =
      "A service without SO_REUSEADDR can find its port in TIME_WAIT and fail here.";
  check.cost_seconds = 8;
  check.disruptive = true;
  check.value = 13;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& Kill9RestartCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

#include "factors/09_disposability/checks/ix_term_wrapper.h"

#include <fmt/format.h>

#include "factors/09_disposability/checks/stop_sample.h"
#include "harness/conformance/repetition.h"
#include "harness/conformance/reproduction.h"

namespace twelve {
namespace {

Verdict Classify(const StopSample& sample) {
  if (!sample.leader_ended) return Verdict::kInconclusive;
  return sample.gone ? Verdict::kPass : Verdict::kFail;
}

std::string Reproduce(CheckContext& context, const LaunchedTarget& launched, double wait_s) {
  return ShellPrepare(context) + ShellStart(context, launched) +
         ShellAwaitReady(context, launched) + "children=$(cat /proc/$pid/task/$pid/children)\n" +
         fmt::format("kill -{} $pid\nwait $pid\nsleep {:.0f}\n",
                     KillName(context.target.stop_signal), wait_s) +
         fmt::format(
             "if kill -0 $children 2>/dev/null || curl -s -o /dev/null {}; then\n"
             "  echo \"FAIL: the launched process is gone, but a process that it started "
             "lives on\"\nfi\n",
             ShellWord(Url(launched, context.target.health_path))) +
         ShellCleanUp("$children");
}

Observation Collect(CheckContext& context) {
  Observation observation;
  const Check& check = TermWrapperCheck();
  const auto after = std::chrono::milliseconds(std::int64_t(Limit(check, "survivors_after_ms")));
  const auto limit =
      std::chrono::milliseconds(std::int64_t(Limit(check, "leader_ms"))) +
      std::chrono::duration_cast<std::chrono::milliseconds>(context.target.pre_stop_delay);
  observation.facts = StopFacts(context.target);
  observation.facts["samples"] = nlohmann::json::array();
  std::vector<Verdict> verdicts;
  bool ignored = false;
  while (NeedsAnother(verdicts, ignored) && !context.rig.cancelled()) {
    std::optional<LaunchedTarget> launched = LaunchReady(context, {}, observation);
    if (!launched) return observation;
    if (verdicts.empty()) {
      observation.facts["shell"] = launched->command.why_shell;
      for (const ProcessInfo& process : launched->instance->Tree()) {
        observation.evidence.push_back(
            {"process", fmt::format("before: {} {}", process.pid, process.command)});
      }
    }
    const StopSample sample = StopAndWatch(context, *launched, {limit, after});
    verdicts.push_back(Classify(sample));
    ignored = verdicts.back() == Verdict::kInconclusive;
    observation.facts["samples"].push_back(ToJson(sample));
    for (const std::string& survivor : sample.survivors) {
      observation.evidence.push_back({"process", "survived: " + survivor});
    }
    observation.facts["reproduction"] = Reproduce(context, *launched, ToSeconds(after));
    EndAll(context, *launched);
  }
  return observation;
}

Finding Decide(const Observation& observation, const Check& check, const Calibration&) {
  const nlohmann::json& facts = observation.facts;
  const std::string signal = facts.value("signal", "SIGTERM");
  const double after_s = Limit(check, "survivors_after_ms") / 1000;
  const JudgedStops stops = JudgeStops(facts.value("samples", nlohmann::json::array()), Classify);
  const StopSample& worst = stops.worst;
  Finding finding = AgreedFinding(
      stops.verdicts,
      fmt::format("{:.0f} s after the launched process has ended, nothing of it runs", after_s),
      "");
  if (worst.leader_ended && worst.gone) {
    finding.actual = fmt::format("all {} of it gone {:.2f} s after {} ({})", worst.processes_before,
                                 worst.gone_ms / 1000, signal, worst.exit);
  } else if (worst.leader_ended) {
    const std::string shell = facts.value("shell", "");
    finding.actual = fmt::format(
        "the launched process ended {:.2f} s after {} ({}); {:.0f} s later {} of {} still ran: "
        "{}{}{}",
        worst.leader_ms / 1000, signal, worst.exit, after_s, worst.survivors.size(),
        worst.processes_before, fmt::join(worst.survivors, ", "),
        worst.answers ? ", answering requests" : "",
        shell.empty() ? "" : "; the command needs a shell because of " + shell);
  } else {
    finding.actual = fmt::format("the launched process did not end within {:.0f} s of {}",
                                 Limit(check, "leader_ms") / 1000, signal);
    finding.why = finding.actual + ", so nothing can outlive it; see IX-term-idle";
    return finding;
  }
  return finding;
}

Check MakeCheck() {
  Check check;
  check.id = "IX-term-wrapper";
  check.factor = 9;
  check.question = "Is everything gone once the launched process has ended after SIGTERM?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "The process manager signals the process that it launched, and that process is the service "
      "(12factor.net/disposability, third paragraph; 12factor.net/concurrency, last paragraph).";
  check.steps =
      "Start it, wait until it answers. Send the stop signal to the launched process only. When "
      "that has ended, give the rest of its tree two seconds, then list who is left and ask the "
      "port for an answer. Three times.";
  check.remedy =
      "Start the service itself: the exec form of CMD, `exec` before the last command of a start "
      "script, the program instead of the package manager that runs it.";
  check.remedy_by_runtime = {
      {"sh", "sh -c 'exec node server.js'; dash, the sh of Debian, does not exec by itself."},
      {"node", "node server.js instead of npm start."}};
  check.thresholds = {
      {"survivors_after_ms", 2'000, "ms", "long enough for a child that was told to end"},
      {"leader_ms", 10'000, "ms", "stop timeout of Docker, Cloud Run and Cloud Foundry"}};
  check.known_false =
      "A platform that signals every process of a container (Heroku, systemd) stops the orphans "
      "too; Docker and Kubernetes do not.";
  check.cost_seconds = 3;
  check.value = 2;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& TermWrapperCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

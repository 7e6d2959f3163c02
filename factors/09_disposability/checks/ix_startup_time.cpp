#include "factors/09_disposability/checks/ix_startup_time.h"

#include <fmt/format.h>

#include <algorithm>

#include "factors/09_disposability/checks/stop_sample.h"
#include "harness/conformance/repetition.h"
#include "harness/conformance/reproduction.h"

namespace twelve {
namespace {

constexpr int kStarts = 5;

std::string Reproduce(CheckContext& context, const LaunchedTarget& launched, double limit_s) {
  return ShellPrepare(context) + ShellStart(context, launched) +
         fmt::format(
             "sleep {:.0f}\ncurl -s -o /dev/null {} || echo \"FAIL: no answer {:.0f} s "
             "after the start\"\n",
             limit_s, ShellWord(Url(launched, context.target.health_path)), limit_s) +
         ShellCleanUp("$pid");
}

Observation Collect(CheckContext& context) {
  Observation observation;
  observation.facts = {{"samples_ms", nlohmann::json::array()}, {"never_ms", 0.0}};
  for (int start = 0; start < kStarts && !context.rig.cancelled(); ++start) {
    const Result<std::uint16_t> port = PickPort(context);
    LaunchOptions options;
    if (port) options.port = *port;
    Result<LaunchedTarget> launched =
        port ? Launch(context, options) : Result<LaunchedTarget>(port.error());
    if (!launched) {
      observation.blocked = launched.error().message;
      return observation;
    }
    const BootResult boot = AwaitReady(context, *launched);
    observation.facts["reproduction"] =
        Reproduce(context, *launched, Limit(StartupTimeCheck(), "fail_ms") / 1000);
    if (!boot.ready) {
      const bool waited_long =
          ToMs(context.target.ready_timeout) >= Limit(StartupTimeCheck(), "fail_ms");
      observation.evidence.push_back({"timeline", boot.problem});
      if (boot.ended || !waited_long || start > 0) {
        observation.blocked = boot.problem;
        observation.unready = start == 0;
      } else {
        observation.facts["never_ms"] = ToMs(context.target.ready_timeout);
      }
      return observation;
    }
    observation.facts["samples_ms"].push_back(boot.ready_ms);
    EndAll(context, *launched);
  }
  return observation;
}

Finding Decide(const Observation& observation, const Check& check, const Calibration& calibration) {
  const double pass_ms = Limit(check, "pass_ms") * calibration.factor;
  const double fail_ms = Limit(check, "fail_ms") * calibration.factor;
  const std::string expected =
      fmt::format("the first complete answer within {:.1f} s of the start", pass_ms / 1000);
  const double never_ms = observation.facts.value("never_ms", 0.0);
  if (never_ms > 0) {
    return MakeFinding(Verdict::kFail, expected,
                       fmt::format("no answer within {:.0f} s", never_ms / 1000), 1);
  }
  const auto samples = observation.facts.value("samples_ms", std::vector<double>{});
  if (static_cast<int>(samples.size()) < kRepetitions) {
    Finding finding = MakeFinding(Verdict::kInconclusive, expected, "", 0);
    finding.why = fmt::format("{} of {} starts were measured", samples.size(), kStarts);
    return finding;
  }
  const double median = Median(samples);
  const Verdict verdict = median <= pass_ms   ? Verdict::kPass
                          : median <= fail_ms ? Verdict::kWarn
                                              : Verdict::kFail;
  Finding finding = MakeFinding(
      verdict, expected,
      fmt::format("{:.2f} s in the median of {} starts ({:.2f} to {:.2f} s)", median / 1000,
                  samples.size(), *std::min_element(samples.begin(), samples.end()) / 1000,
                  *std::max_element(samples.begin(), samples.end()) / 1000),
      static_cast<int>(samples.size()));
  if (calibration.factor > 1.05) {
    finding.actual +=
        fmt::format("; limits times {:.1f}, as this machine is slower or busy", calibration.factor);
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    finding.evidence.push_back(
        {"sample", fmt::format("start {}: ready after {:.2f} s", i + 1, samples[i] / 1000)});
  }
  return finding;
}

Check MakeCheck() {
  Check check;
  check.id = "IX-startup-time";
  check.factor = 9;
  check.question = "Is the service ready to answer within a few seconds of its start?";
  check.level = Level::kShould;
  check.method = Method::kObserved;
  check.requirement =
      "A process takes a few seconds from launch to ready (12factor.net/disposability, second "
      "paragraph). Five is our number.";
  check.steps =
      "Start it five times, each in a fresh HOME and TMPDIR and without a tracer. Time from the "
      "launch to the first complete HTTP answer below 500; an open port alone does not count.";
  check.remedy =
      "Do expensive work at build time or after the first answer; load what is needed when it is "
      "needed.";
  check.thresholds = {
      {"pass_ms", 5'000, "ms", "\"a few seconds\" of the factor; the number is ours"},
      {"fail_ms", 60'000, "ms", "boot limit of Heroku (error R10) and Cloud Foundry"}};
  check.known_false =
      "The first start after a deployment may fill caches on disk; they are warm here from the "
      "second start on, which the median favours.";
  check.cost_seconds = 5;
  check.exclusive = true;
  check.even_unready = true;
  check.value = 60;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& StartupTimeCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

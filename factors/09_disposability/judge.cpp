#include "factors/09_disposability/judge.h"

#include <fmt/format.h>

#include <algorithm>

namespace twelve::disposability {
namespace {

// "A few seconds" of 12factor.net/disposability; the number is ours (harness catalogue,
// IX-startup-time).
constexpr double kStartLimitMs = 5000;
// Requests that fail on other processes long after a crash would be the balancer's fault; right at
// the crash only those on the crashed process may fail.
constexpr int kFailuresElsewhere = 0;

std::string Failures(const Traffic& traffic) {
  return fmt::format("{} of {} requests failed", traffic.failed, traffic.total);
}

void AddTraffic(StepResult& result, const Traffic& traffic) {
  result.figures.emplace_back("requests", traffic.total);
  result.figures.emplace_back("failed_requests", traffic.failed);
}

std::string HowItEnded(const SignalFacts& facts) {
  if (facts.ended_by_us) {
    return fmt::format("{} ignored SIGTERM for {:.0f} s and had to be killed", facts.process,
                       facts.grace_ms / 1000);
  }
  if (!facts.end_ms) return fmt::format("{} never ended", facts.process);
  if (facts.still_serving) {
    return fmt::format("{} \"ended\" after {:.2f} s, but {} process{} of it went on serving",
                       facts.process, *facts.end_ms / 1000, facts.left_behind,
                       facts.left_behind == 1 ? "" : "es");
  }
  return fmt::format("{} ended after {:.2f} s with {}", facts.process, *facts.end_ms / 1000,
                     facts.exit);
}

}  // namespace

StepResult JudgeTerm(const SignalFacts& facts) {
  StepResult result;
  const bool clean =
      facts.end_ms && !facts.ended_by_us && facts.left_behind == 0 && facts.exit == "exit 0";
  result.held =
      clean && facts.traffic.failed == 0 && facts.traffic.total > 0 && facts.back_ms.has_value();
  result.observed = Failures(facts.traffic) + ". " + HowItEnded(facts) + ".";
  if (facts.in_flight > 0 && result.held) {
    result.observed += fmt::format(" {} were in flight on it.", facts.in_flight);
  }
  if (!facts.back_ms) result.observed += " Its successor did not start: " + facts.refused + ".";
  result.expected =
      fmt::format("no failed request, and {} gone within {:.0f} s of SIGTERM, with exit 0",
                  facts.process, facts.grace_ms / 1000);
  AddTraffic(result, facts.traffic);
  if (facts.end_ms) result.figures.emplace_back("end_ms", *facts.end_ms);
  result.figures.emplace_back("in_flight", facts.in_flight);
  result.figures.emplace_back("left_behind", facts.left_behind);
  return result;
}

StepResult JudgeWorker(const WorkerFacts& facts) {
  StepResult result;
  result.held = facts.trouble.empty() && facts.done == facts.jobs && facts.effects == facts.jobs;
  result.observed =
      facts.effects < 0
          ? fmt::format("The effects of {} jobs could not be counted", facts.jobs)
          : fmt::format("{} jobs lost their worker. {} of them took effect, counted {} time{}",
                        facts.jobs, std::min(facts.jobs, facts.effects), facts.effects,
                        facts.effects == 1 ? "" : "s");
  if (facts.done < facts.jobs) result.observed += fmt::format("; {} are marked done", facts.done);
  if (!facts.trouble.empty()) result.observed += ": " + facts.trouble;
  result.observed += ".";
  result.expected =
      fmt::format("{} jobs done, {} effects: none lost, none twice", facts.jobs, facts.jobs);
  result.figures = {{"jobs", facts.jobs}, {"done", facts.done}, {"effects", facts.effects}};
  return result;
}

StepResult JudgeMoment(const MomentFacts& facts) {
  StepResult result;
  const bool answered = !facts.answer_expected || facts.answered;
  result.held =
      facts.trouble.empty() && facts.end_ms && *facts.end_ms <= facts.limit_ms && answered;
  if (!facts.trouble.empty()) {
    result.observed = facts.moment + ": " + facts.trouble + ".";
  } else if (!facts.end_ms) {
    result.observed = fmt::format("{}: it was still there after {:.0f} s and had to be killed.",
                                  facts.moment, facts.limit_ms / 1000);
  } else {
    result.observed =
        fmt::format("{}: it ended after {:.2f} s.", facts.moment, *facts.end_ms / 1000);
  }
  if (facts.answer_expected) {
    result.observed += facts.answered ? " The request that it was answering came back whole."
                                      : " The request that it was answering was cut.";
  }
  result.expected = fmt::format("gone within {:.0f} s{}", facts.limit_ms / 1000,
                                facts.answer_expected ? ", and the request is answered first" : "");
  if (facts.end_ms) result.figures.emplace_back("end_ms", *facts.end_ms);
  return result;
}

StepResult JudgeKill(const SignalFacts& facts) {
  StepResult result;
  result.held = facts.end_ms && facts.back_ms && facts.left_behind == 0 &&
                facts.traffic.total > 0 && facts.traffic.failed_elsewhere <= kFailuresElsewhere;
  result.observed = Failures(facts.traffic);
  if (facts.back_ms) {
    result.observed += fmt::format(": those that {} was answering. It was back after {:.2f} s.",
                                   facts.process, *facts.back_ms / 1000);
  } else {
    result.observed += fmt::format(". {} did not come back: {}.", facts.process, facts.refused);
  }
  if (facts.traffic.failed == 0) {
    result.observed =
        fmt::format("{} although {} was killed. It was back after {:.2f} s.",
                    Failures(facts.traffic), facts.process, facts.back_ms.value_or(0) / 1000);
    if (!facts.back_ms) {
      result.observed = fmt::format("{}, but {} did not come back: {}.", Failures(facts.traffic),
                                    facts.process, facts.refused);
    }
  }
  if (facts.left_behind > 0) {
    result.observed += fmt::format(" {} process{} of it outlived the signal{}.", facts.left_behind,
                                   facts.left_behind == 1 ? "" : "es",
                                   facts.still_serving ? " and went on serving" : "");
  }
  result.expected = fmt::format(
      "only requests on {} are cut, and a fresh process is ready without anybody's help",
      facts.process);
  AddTraffic(result, facts.traffic);
  result.figures.emplace_back("failed_elsewhere", facts.traffic.failed_elsewhere);
  if (facts.back_ms) result.figures.emplace_back("back_ms", *facts.back_ms);
  return result;
}

StepResult JudgePause(const std::string& process, double paused_ms, const Traffic& traffic) {
  StepResult result;
  result.held = traffic.failed == 0 && traffic.total > 0;
  result.observed =
      fmt::format("{} while {} stood still for {:.1f} s. The slowest answer took {:.2f} s.",
                  Failures(traffic), process, paused_ms / 1000, traffic.slowest_ms / 1000);
  result.expected = "nothing fails: the others serve, and what waits is answered late";
  AddTraffic(result, traffic);
  result.figures.emplace_back("slowest_ms", traffic.slowest_ms);
  return result;
}

StepResult JudgeScale(int from, int up, int down, const Traffic& traffic,
                      const std::string& trouble) {
  StepResult result;
  result.held = trouble.empty() && traffic.failed == 0 && traffic.total > 0;
  result.observed = fmt::format("{} while web went from {} to {} and down to {} processes.",
                                Failures(traffic), from, up, down);
  if (!trouble.empty()) result.observed += " " + trouble + ".";
  result.expected = "no failed request in either direction";
  AddTraffic(result, traffic);
  return result;
}

StepResult JudgeStart(std::vector<double> ready_ms, const std::string& trouble) {
  StepResult result;
  result.expected = fmt::format("ready within {:.0f} s of the launch", kStartLimitMs / 1000);
  if (!trouble.empty() || ready_ms.empty()) {
    result.observed = "It did not become ready: " + trouble + ".";
    return result;
  }
  std::sort(ready_ms.begin(), ready_ms.end());
  const double median = ready_ms[ready_ms.size() / 2];
  const double slowest = ready_ms.back();
  result.held = slowest <= kStartLimitMs;
  result.observed =
      fmt::format("{} starts: ready after {:.0f} ms in the middle, {:.0f} ms at most.",
                  ready_ms.size(), median, slowest);
  result.figures = {{"start_median_ms", median}, {"start_max_ms", slowest}};
  return result;
}

StepResult JudgeWrapper(const WrapperFacts& facts) {
  StepResult result;
  result.expected = "the shell ends, and the service that it started goes on serving";
  if (!facts.ready) {
    result.observed = "The wrapped service did not become ready, so nothing was shown.";
    return result;
  }
  if (!facts.end_ms) {
    result.observed = "The shell did not end on SIGTERM.";
    return result;
  }
  result.held = facts.still_serving;
  if (facts.still_serving) {
    result.observed = fmt::format(
        "The shell ended after {:.2f} s, so a platform says \"stopped\". {} still answers.",
        *facts.end_ms / 1000, facts.survivors.empty() ? "Its child" : facts.survivors.front());
  } else {
    result.observed = "The shell ended and nothing of the service was left.";
  }
  result.figures = {{"survivors", static_cast<double>(facts.survivors.size())}};
  return result;
}

}  // namespace twelve::disposability

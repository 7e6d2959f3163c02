#include "factors/09_disposability/checks/stop_sample.h"

#include <fmt/format.h>

namespace twelve {
namespace {

constexpr auto kAnswerTime = std::chrono::seconds(2);
constexpr auto kKillTime = std::chrono::seconds(10);

double SinceMs(TimePoint from, const std::optional<TimePoint>& to) {
  return to ? std::max(0.0, ToMs(*to - from)) : 0;
}

}  // namespace

nlohmann::json ToJson(const StopSample& sample) {
  return {{"leader_ended", sample.leader_ended},
          {"leader_ms", sample.leader_ms},
          {"exit", sample.exit},
          {"gone", sample.gone},
          {"gone_ms", sample.gone_ms},
          {"answers", sample.answers},
          {"processes_before", sample.processes_before},
          {"survivors", sample.survivors}};
}

StopSample StopSampleFrom(const nlohmann::json& json) {
  StopSample sample;
  sample.leader_ended = json.value("leader_ended", false);
  sample.leader_ms = json.value("leader_ms", 0.0);
  sample.exit = json.value("exit", "");
  sample.gone = json.value("gone", false);
  sample.gone_ms = json.value("gone_ms", 0.0);
  sample.answers = json.value("answers", false);
  sample.processes_before = json.value("processes_before", 0);
  sample.survivors = json.value("survivors", std::vector<std::string>{});
  return sample;
}

StopSample StopAndWatch(CheckContext& context, LaunchedTarget& launched, const StopWatch& watch) {
  const Clock& clock = context.rig.clock();
  StopSample sample;
  sample.processes_before = static_cast<int>(launched.instance->Tree().size());
  const TimePoint sent = clock.Now();
  // A signal that cannot be delivered means that the process is gone, which the watch will see.
  (void)launched.instance->Signal(SignalTarget::kLeader, context.target.stop_signal, "the check");
  context.rig.WaitUntil(
      [&] {
        const ProcessStatus now = launched.instance->Snapshot();
        return now.over() ||
               (now.leader_ended && clock.Now() - *now.leader_ended >= watch.after_leader);
      },
      Deadline(sent + watch.limit));
  if (!launched.instance->Snapshot().over()) {
    sample.answers = Answers(context, launched.port, Deadline::After(clock, kAnswerTime));
    if (!sample.answers && watch.quiet_limit > watch.limit) {
      context.rig.WaitUntil([&] { return launched.instance->Snapshot().over(); },
                            Deadline(sent + watch.quiet_limit));
    }
  }

  const ProcessStatus status = launched.instance->Snapshot();
  sample.leader_ended = status.leader_ended.has_value();
  sample.leader_ms = SinceMs(sent, status.leader_ended);
  sample.exit = status.exit ? Describe(*status.exit) : "";
  sample.gone = status.over();
  sample.gone_ms = SinceMs(sent, status.all_gone);
  if (!sample.gone) {
    for (const ProcessInfo& process : launched.instance->Tree()) {
      if (process.state == 'Z') continue;
      sample.survivors.push_back(fmt::format("{} {}", process.pid, process.command));
    }
  }
  return sample;
}

void EndAll(CheckContext& context, LaunchedTarget& launched) {
  if (launched.instance->Snapshot().over()) return;
  launched.instance->Kill("the check is done");
  context.rig.WaitUntil([&] { return launched.instance->Snapshot().over(); },
                        Deadline::After(context.rig.clock(), kKillTime));
}

std::string Describe(const StopSample& sample, const std::string& signal, double watched_ms) {
  if (sample.gone) {
    return fmt::format("gone {:.2f} s after {} ({})", sample.gone_ms / 1000, signal, sample.exit);
  }
  const std::string answering = sample.answers ? ", and answering" : "";
  if (!sample.leader_ended) {
    return fmt::format("still running {:.0f} s after {}{}", watched_ms / 1000, signal, answering);
  }
  return fmt::format("the launched process ended {:.2f} s after {} ({}), but left {} running{}",
                     sample.leader_ms / 1000, signal, sample.exit,
                     sample.survivors.empty() ? "a process" : sample.survivors.front(), answering);
}

JudgedStops JudgeStops(const nlohmann::json& samples,
                       const std::function<Verdict(const StopSample&)>& judge) {
  JudgedStops stops;
  for (const nlohmann::json& json : samples) {
    StopSample sample = StopSampleFrom(json);
    stops.verdicts.push_back(judge(sample));
    const bool worse = !sample.gone || (stops.worst.gone && sample.gone_ms > stops.worst.gone_ms);
    if (stops.verdicts.size() == 1 || worse) stops.worst = std::move(sample);
  }
  return stops;
}

nlohmann::json StopFacts(const Target& target) {
  return {{"signal", SignalName(target.stop_signal)},
          {"pre_stop_delay_ms", ToMs(target.pre_stop_delay)}};
}

}  // namespace twelve

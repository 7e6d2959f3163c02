#include "factors/11_logs/checks/log_markers.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/conformance/reproduction.h"

namespace twelve {
namespace {

using std::chrono::seconds;

constexpr auto kAnswerTime = seconds(10);
constexpr auto kStopTime = seconds(10);
// Long enough that a few dozen requests fill a buffer, short enough for any server's URL limit.
constexpr std::size_t kPaddingBytes = 400;

nlohmann::json ArrivalJson(const std::optional<MarkerArrival>& arrival) {
  if (!arrival) return nullptr;
  return {{"delay_ms", arrival->delay_ms}, {"came", arrival->came}};
}

std::optional<MarkerArrival> ArrivalFrom(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_object()) return std::nullopt;
  return MarkerArrival{found->value("delay_ms", 0.0), found->value("came", "")};
}

}  // namespace

nlohmann::json ToJson(const MarkerTrace& marker) {
  return {{"text", marker.text},
          {"stdout", ArrivalJson(marker.out)},
          {"stderr", ArrivalJson(marker.err)}};
}

MarkerTrace MarkerTraceFrom(const nlohmann::json& json) {
  MarkerTrace marker;
  marker.text = json.value("text", "");
  marker.out = ArrivalFrom(json, "stdout");
  marker.err = ArrivalFrom(json, "stderr");
  return marker;
}

std::string ShellFindMe(const CheckContext& context, const LaunchedTarget& launched, bool both,
                        const std::string& failure) {
  return ShellPrepare(context) + "{\n" + ShellStart(context, launched) +
         fmt::format("echo $pid >$home/pid\n}}{} | cat >$home/log &\n", both ? " 2>&1" : "") +
         ShellAwaitReady(context, launched) +
         fmt::format("curl -s -o /dev/null {}; sleep 5\n", ShellWord(Url(launched, "/find-me"))) +
         fmt::format("grep -q find-me $home/log || echo \"FAIL: {}\"\n", failure) +
         ShellCleanUp("$(cat $home/pid)");
}

MarkerWatch::MarkerWatch(CheckContext& context, const LaunchedTarget& launched)
    : context_(context),
      launched_(launched),
      source_(context.rig.logs()->Source(launched.instance->Snapshot().name)),
      next_(context.rig.logs()->Counts().next) {}

HttpAnswer MarkerWatch::Ask(const std::string& path) {
  return Get(context_.rig, launched_.port, path,
             Deadline::After(context_.rig.clock(), kAnswerTime));
}

void MarkerWatch::Send() {
  MarkerTrace marker;
  const auto ticks = context_.rig.clock().Now().time_since_epoch().count();
  marker.text = fmt::format("twelve{:x}n{}", ticks, ++sent_);
  const std::string& health = context_.target.health_path;
  const char separator = health.find('?') == std::string::npos ? '?' : '&';
  (void)Ask("/" + marker.text);
  (void)Ask(fmt::format("{}{}m={}", health, separator, marker.text));
  marker.answered = context_.rig.clock().Now();
  markers_.push_back(std::move(marker));
  Look("live");
}

void MarkerWatch::Wait(Deadline deadline) {
  context_.rig.WaitUntil(
      [this] {
        Look("live");
        return AllOnStdout() || !launched_.instance->Snapshot().alive();
      },
      deadline);
}

int MarkerWatch::Push(int most) {
  const std::string padding(kPaddingBytes, 'x');
  const auto looked = [this] {
    Look("pushed");
    return AnyOnStdout();
  };
  for (int i = 1; i <= most; ++i) {
    (void)Ask(fmt::format("/twelve{}", padding));
    if (looked() || context_.rig.cancelled() || !launched_.instance->Snapshot().alive()) return i;
  }
  return most;
}

void MarkerWatch::Stop() {
  launched_.instance->Stop("the check looks for last lines");
  context_.rig.WaitUntil([this] { return launched_.instance->Snapshot().over(); },
                         Deadline::After(context_.rig.clock(), kStopTime + kStopTime));
  Look("at_end");
}

bool MarkerWatch::AllOnStdout() const {
  return std::all_of(markers_.begin(), markers_.end(),
                     [](const MarkerTrace& marker) { return marker.out.has_value(); });
}

bool MarkerWatch::AnyOnStdout() const {
  return std::any_of(markers_.begin(), markers_.end(),
                     [](const MarkerTrace& marker) { return marker.out.has_value(); });
}

void MarkerWatch::Look(const std::string& came) {
  const std::shared_ptr<LogStore> logs = context_.rig.logs();
  const std::uint64_t end = logs->Counts().next;
  logs->Scan(next_, end, [&](const LogStore::View& line) {
    if (line.source != source_ || line.stream == LogStream::kTwelve) return true;
    for (MarkerTrace& marker : markers_) {
      std::optional<MarkerArrival>& arrival =
          line.stream == LogStream::kStdout ? marker.out : marker.err;
      if (arrival || line.text.find(marker.text) == std::string_view::npos) continue;
      arrival = MarkerArrival{std::max(0.0, ToMs(line.at - marker.answered)), came};
    }
    return true;
  });
  next_ = end;
}

}  // namespace twelve

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "factors/09_disposability/step_runs.h"

namespace twelve::disposability {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The answer of this path is on its way for longer than the signal needs.
constexpr const char* kSlowPath = "/delay/1200";

/// Sends `signal` to the launched process and waits for its end, at most the lab's grace.
void AskToEnd(Lab& lab, Instance& instance, int signal, MomentFacts& facts) {
  const TimePoint sent = lab.Now();
  facts.limit_ms = ToMs(lab.grace);
  const std::string label = SignalName(signal);
  lab.Note("", label, facts.moment);
  if (Status done = instance.Signal(SignalTarget::kLeader, signal, label); !done) {
    facts.trouble = done.error().message;
    return;
  }
  const auto ended = [&] { return instance.Snapshot().leader_ended.has_value(); };
  if (lab.Wait(ended, lab.grace, "waiting for it to end")) {
    facts.end_ms = ToMs(*instance.Snapshot().leader_ended - sent);
  } else {
    instance.Kill("it did not end in time");
  }
}

}  // namespace

StepResult RunBootStep(Lab& lab) {
  MomentFacts facts;
  facts.moment = "SIGTERM right after the launch";
  std::uint16_t port = 0;
  Result<std::unique_ptr<Instance>> launched =
      LaunchApart(lab, "boot.1", Web(lab).spec().argv, port);
  if (!launched) {
    facts.trouble = launched.error().message;
    return JudgeMoment(facts);
  }
  const auto begun = [&] {
    const std::vector<LogLine> lines = (*launched)->Logs(20);
    return std::any_of(lines.begin(), lines.end(), [](const LogLine& line) {
      return line.text.find(R"("event_type":"starting")") != std::string::npos;
    });
  };
  (void)lab.Wait(begun, seconds(10), "waiting for its first line");
  AskToEnd(lab, **launched, SIGTERM, facts);
  return JudgeMoment(facts);
}

StepResult RunInterruptStep(Lab& lab) {
  MomentFacts facts;
  facts.moment = "Ctrl+C (SIGINT) with a request in flight";
  facts.answer_expected = true;
  std::uint16_t port = 0;
  Result<std::unique_ptr<Instance>> launched =
      LaunchApart(lab, "terminal.1", Web(lab).spec().argv, port);
  if (!launched) {
    facts.trouble = launched.error().message;
    return JudgeMoment(facts);
  }
  Instance& instance = **launched;
  const auto ready = [&] { return instance.Snapshot().ready.has_value(); };
  if (!lab.Wait(ready, Web(lab).spec().ready_timeout, "waiting until it is ready")) {
    facts.trouble = "it was never ready";
    return JudgeMoment(facts);
  }
  Result<std::unique_ptr<Connection>> connected = lab.rig.Connect(port);
  if (!connected) {
    facts.trouble = connected.error().message;
    return JudgeMoment(facts);
  }
  (*connected)->Send(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", kSlowPath));
  lab.Watch(milliseconds(300), "a request is on its way");
  AskToEnd(lab, instance, SIGINT, facts);
  const auto over = [&] { return (*connected)->state() != Connection::State::kOpen; };
  (void)lab.Wait(over, seconds(3), "reading the answer");
  const HttpAnswer answer = ParseAnswer((*connected)->Received(), true);
  facts.answered = answer.complete && answer.status == 200;
  return JudgeMoment(facts);
}

}  // namespace twelve::disposability

#include "factors/09_disposability/checks/ix_term_drain.h"

#include <fmt/format.h>

#include "factors/09_disposability/checks/stop_sample.h"
#include "harness/conformance/repetition.h"
#include "harness/conformance/reproduction.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The slow path should take 2 to 4 s; a minute is more than any platform's router waits (30 s).
constexpr auto kAnswerTime = seconds(60);
// The signal falls when this part of the control's time has passed.
constexpr double kSignalAt = 0.3;
// A control that is faster leaves no room to put a signal into.
constexpr double kShortestControlMs = 300;

/// One slow request with the stop signal in the middle of it.
struct DrainRun {
  std::string outcome;  // "complete" "cut" "refused" "error" "early" "shorter"
  int status = 0;
  std::size_t bytes = 0;
  std::string problem;   // of a cut answer
  double signal_ms = 0;  // after the request was sent
  double answer_ms = 0;  // its end, after the request was sent
  bool gone = false;
  double gone_ms = 0;  // after the signal
  std::string exit;
};

nlohmann::json ToJson(const DrainRun& run) {
  return {{"outcome", run.outcome}, {"status", run.status},       {"bytes", run.bytes},
          {"problem", run.problem}, {"signal_ms", run.signal_ms}, {"answer_ms", run.answer_ms},
          {"gone", run.gone},       {"gone_ms", run.gone_ms},     {"exit", run.exit}};
}

DrainRun DrainRunFrom(const nlohmann::json& json) {
  DrainRun run;
  run.outcome = json.value("outcome", "");
  run.status = json.value("status", 0);
  run.bytes = json.value("bytes", std::size_t{0});
  run.problem = json.value("problem", "");
  run.signal_ms = json.value("signal_ms", 0.0);
  run.answer_ms = json.value("answer_ms", 0.0);
  run.gone = json.value("gone", false);
  run.gone_ms = json.value("gone_ms", 0.0);
  run.exit = json.value("exit", "");
  return run;
}

std::string Describe(const DrainRun& run, const std::string& signal) {
  const std::string end = run.gone ? fmt::format("the service ended {:.2f} s after {} ({})",
                                                 run.gone_ms / 1000, signal, run.exit)
                                   : "the service was still running 10 s after the answer";
  if (run.outcome == "complete") {
    return fmt::format("{} at {:.2f} s; the answer {} came complete at {:.2f} s, {} bytes; {}",
                       signal, run.signal_ms / 1000, run.status, run.answer_ms / 1000, run.bytes,
                       end);
  }
  const std::string got =
      run.status == 0 ? "no answer came" : fmt::format("the answer was {}", run.status);
  return fmt::format("{} at {:.2f} s; {} ({}) after {} bytes at {:.2f} s; {}", signal,
                     run.signal_ms / 1000, got, run.problem, run.bytes, run.answer_ms / 1000, end);
}

Verdict Classify(const DrainRun& run) {
  if (run.outcome == "complete") return run.gone ? Verdict::kPass : Verdict::kWarn;
  return run.outcome == "early" ? Verdict::kInconclusive : Verdict::kFail;
}

std::string Reproduce(CheckContext& context, const LaunchedTarget& launched, double signal_s) {
  return ShellPrepare(context) + ShellStart(context, launched) +
         ShellAwaitReady(context, launched) +
         fmt::format("curl -sS -o /dev/null {} & client=$!\nsleep {:.1f}\nkill -{} $pid\n",
                     ShellWord(Url(launched, context.target.slow_path)), signal_s,
                     KillName(context.target.stop_signal)) +
         "wait $client || echo \"FAIL: the request was cut (curl exit $?)\"\n"
         "sleep 1\n" +
         ShellCleanUp("$pid");
}

std::string SlowRequest(CheckContext& context, std::uint16_t port) {
  return fmt::format(
      "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: twelve\r\nAccept: */*\r\n"
      "Connection: close\r\n\r\n",
      context.target.slow_path, port);
}

bool Over(const Connection& connection) {
  const Connection::State state = connection.state();
  return state != Connection::State::kConnecting && state != Connection::State::kOpen;
}

/// Whether the answer has no length of its own and so ends with the connection.
bool EndsWithConnection(const HttpAnswer& answer) {
  std::string lower = answer.headers;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower.find("content-length:") == std::string::npos &&
         lower.find("transfer-encoding:") == std::string::npos;
}

void ReadOutcome(const HttpAnswer& answer, int control_status, std::size_t control_bytes,
                 DrainRun& run) {
  run.status = answer.status;
  run.bytes = answer.body.size();
  run.problem = answer.problem;
  if (!answer.complete) {
    run.outcome = "cut";
    if (run.problem.empty()) run.problem = "no end within 60 s";
  } else if (answer.status != control_status) {
    run.outcome = "error";
    run.problem = fmt::format("the control's status was {}", control_status);
  } else if (EndsWithConnection(answer) && run.bytes < control_bytes) {
    run.outcome = "shorter";
    run.problem = fmt::format("the control had {} bytes", control_bytes);
  } else {
    run.outcome = "complete";
  }
}

DrainRun RunOnce(CheckContext& context, LaunchedTarget& launched, const nlohmann::json& control,
                 Connection& connection) {
  const Clock& clock = context.rig.clock();
  DrainRun run;
  const TimePoint sent = clock.Now();
  const auto read = [&] { return ParseAnswer(connection.Received(), Over(connection)); };
  connection.Send(SlowRequest(context, launched.port));
  const double signal_after = control["took_ms"].get<double>() * kSignalAt;
  const auto finished = [&] { return Over(connection) || read().complete; };
  const bool early = context.rig.WaitUntil(
      finished, Deadline(sent + milliseconds(static_cast<std::int64_t>(signal_after))));
  const TimePoint signalled = clock.Now();
  run.signal_ms = ToMs(signalled - sent);
  if (early) {
    run.outcome = "early";
    return run;
  }
  (void)launched.instance->Signal(SignalTarget::kLeader, context.target.stop_signal, "the check");
  context.rig.WaitUntil(finished, Deadline(sent + kAnswerTime));
  const TimePoint answered = clock.Now();
  run.answer_ms = ToMs(answered - sent);
  ReadOutcome(read(), control["status"], control["bytes"], run);

  context.rig.WaitUntil([&] { return launched.instance->Snapshot().over(); },
                        Deadline(answered + seconds(10) + context.target.pre_stop_delay));
  const ProcessStatus status = launched.instance->Snapshot();
  run.gone = status.over();
  if (status.all_gone) run.gone_ms = ToMs(*status.all_gone - signalled);
  if (status.exit) run.exit = Describe(*status.exit);
  return run;
}

/// The slow request without a signal. False when it cannot serve as a control.
bool RunControl(CheckContext& context, Observation& observation) {
  std::optional<LaunchedTarget> launched = LaunchReady(context, {}, observation);
  if (!launched) return false;
  const std::string& path = context.target.slow_path;
  const HttpAnswer answer =
      Get(context.rig, launched->port, path, Deadline::After(context.rig.clock(), kAnswerTime));
  EndAll(context, *launched);
  const double took_ms = ToMs(answer.done - answer.sent);
  if (!answer.complete || answer.status >= 500) {
    observation.blocked = fmt::format(
        "the control failed: without any signal GET {} gave {}", path,
        answer.complete ? answer.status_line : "no complete answer (" + answer.problem + ")");
  } else if (took_ms < kShortestControlMs) {
    observation.blocked = fmt::format(
        "GET {} answers in {:.0f} ms, too fast to put a signal into; declare a slow path that "
        "takes 2 to 4 s",
        path, took_ms);
  }
  observation.facts["control"] = {
      {"status", answer.status}, {"took_ms", took_ms}, {"bytes", answer.body.size()}};
  if (!observation.blocked.empty()) return false;
  observation.evidence.push_back(
      {"timeline", fmt::format("control, no signal: {} after {:.2f} s, {} bytes",
                               answer.status_line, took_ms / 1000, answer.body.size())});
  return true;
}

Observation Collect(CheckContext& context) {
  Observation observation;
  observation.facts = StopFacts(context.target);
  if (!RunControl(context, observation)) return observation;
  observation.facts["runs"] = nlohmann::json::array();
  const std::string signal = observation.facts["signal"];
  std::vector<Verdict> verdicts;
  bool stays = false;
  while (NeedsAnother(verdicts, stays) && !context.rig.cancelled()) {
    std::optional<LaunchedTarget> launched = LaunchReady(context, {}, observation);
    if (!launched) return observation;
    Result<std::unique_ptr<Connection>> connection = context.rig.Connect(launched->port);
    if (!connection) {
      observation.blocked = connection.error().message;
      return observation;
    }
    const DrainRun run = RunOnce(context, *launched, observation.facts["control"], **connection);
    verdicts.push_back(Classify(run));
    stays = verdicts.back() == Verdict::kWarn;
    observation.facts["runs"].push_back(ToJson(run));
    observation.evidence.push_back({"timeline", Describe(run, signal)});
    observation.facts["reproduction"] = Reproduce(context, *launched, run.signal_ms / 1000);
    EndAll(context, *launched);
  }
  return observation;
}

Finding Decide(const Observation& observation, const Check&, const Calibration&) {
  const nlohmann::json& facts = observation.facts;
  const std::string signal = facts.value("signal", "SIGTERM");
  std::vector<Verdict> verdicts;
  DrainRun worst;
  int complete = 0;
  for (const nlohmann::json& json : facts.value("runs", nlohmann::json::array())) {
    const DrainRun run = DrainRunFrom(json);
    verdicts.push_back(Classify(run));
    complete += run.outcome == "complete" ? 1 : 0;
    if (verdicts.size() == 1 || run.outcome != "complete") worst = run;
  }
  Finding finding = AgreedFinding(verdicts,
                                  "a request that is being answered when " + signal +
                                      " comes is answered in full, then the service ends",
                                  fmt::format("{} of {} requests complete; {}", complete,
                                              verdicts.size(), Describe(worst, signal)));
  if (worst.outcome == "early") {
    finding.why = "the request ended before the signal was sent, unlike its control";
  }
  return finding;
}

Check MakeCheck() {
  Check check;
  check.id = "IX-term-drain";
  check.factor = 9;
  check.question = "Is a request that is being answered when SIGTERM comes answered in full?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "On SIGTERM a web process stops listening, lets the requests that it has finish, and ends "
      "(12factor.net/disposability, fourth paragraph).";
  check.steps =
      "Ask for the slow path without a signal: the control. Then ask again on a fresh start, send "
      "the stop signal when 30 % of the control's time has passed, and read on until the answer is "
      "complete or the connection ends. Three times. Only the client's bytes count; the exit code "
      "is noted.";
  check.remedy =
      "In the handler of SIGTERM stop accepting, wait for the requests in flight, then end.";
  check.remedy_by_runtime = {
      {"python",
       "Serve with gunicorn or uvicorn; http.server and Flask's development server end "
       "at once."},
      {"node", "server.close(() => process.exit(0)); without a handler Node ends at once."},
      {"nginx", "Declare stop_signal SIGQUIT: on SIGTERM nginx cuts its answers."},
      {"go", "Call http.Server.Shutdown."},
      {"java", "com.sun.net.httpserver cuts; Spring Boot drains by default since 3.4."}};
  check.thresholds = {{"shortest_control_ms", kShortestControlMs, "ms",
                       "below it a signal cannot be placed inside the request"},
                      {"end_ms", 10'000, "ms", "stop timeout of Docker, after the answer"}};
  check.known_false =
      "A slow path that answers from a cache the second time ends before the signal: declare one "
      "that takes its time always.";
  check.needs = {{Need::Kind::kField, "slow"}};
  check.cost_seconds = 14;
  check.value = 5;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& TermDrainCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

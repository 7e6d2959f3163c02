#include "factors/07_port_binding/checks/vii_port_env.h"

#include <fmt/format.h>

#include "factors/07_port_binding/checks/listener_facts.h"
#include "harness/conformance/reproduction.h"
#include "harness/conformance/target_launch.h"

namespace twelve {
namespace {

using std::chrono::seconds;

constexpr int kAttempts = 2;
// A service that listens elsewhere gets this long to open the port that it was told, too.
constexpr auto kElsewhereTime = seconds(2);
constexpr auto kAnswerTime = seconds(10);

std::string Reproduce(CheckContext& context, const LaunchedTarget& launched, std::uint16_t told) {
  return ShellPrepare(context) + ShellStart(context, launched) + "sleep 5\n" +
         fmt::format(
             "curl -s -o /dev/null http://127.0.0.1:{}{} || echo \"FAIL: nothing answers "
             "on the port that {} told\"\n",
             told, context.target.health_path, context.target.port_variable) +
         ShellCleanUp("$pid $(cat /proc/$pid/task/$pid/children)");
}

/// Starts it with one port and looks where it listens. False when nothing can be said.
bool Attempt(CheckContext& context, Observation& observation) {
  const Result<std::uint16_t> told = context.rig.LeasePort();
  LaunchOptions options;
  if (told) options.port = *told;
  Result<LaunchedTarget> launched =
      told ? Launch(context, options) : Result<LaunchedTarget>(told.error());
  if (!launched) {
    observation.blocked = launched.error().message;
    return false;
  }
  const Clock& clock = context.rig.clock();
  std::optional<TimePoint> elsewhere;
  context.rig.WaitUntil(
      [&] {
        const ProcessStatus status = launched->instance->Snapshot();
        if (status.start_error || status.leader_ended) return true;
        const std::vector<ListeningSocket> listeners = launched->instance->Listeners();
        if (ListensOn(listeners, *told)) return true;
        if (listeners.empty()) {
          elsewhere.reset();
        } else if (!elsewhere) {
          elsewhere = clock.Now();
        }
        return elsewhere && clock.Now() - *elsewhere >= kElsewhereTime;
      },
      Deadline::After(clock, context.target.ready_timeout));

  const std::vector<ListeningSocket> listeners = launched->instance->Listeners();
  HttpAnswer answer;
  if (ListensOn(listeners, *told)) {
    answer =
        Get(context.rig, *told, context.target.health_path, Deadline::After(clock, kAnswerTime));
  } else if (listeners.empty()) {
    observation.blocked = launched->instance->Snapshot().leader_ended
                              ? AwaitReady(context, *launched).problem
                              : fmt::format("the service opened no port within {:.0f} s",
                                            ToSeconds(context.target.ready_timeout));
    observation.unready = true;
    return false;
  }
  observation.facts["attempts"].push_back({{"told", *told},
                                           {"answered", answer.complete},
                                           {"status", answer.status},
                                           {"listeners", ToJson(listeners)}});
  observation.evidence.push_back(
      {"socket", fmt::format("{}={}: it listens on {}", context.target.port_variable, *told,
                             Places(listeners))});
  if (!ListensOn(listeners, *told)) {
    observation.facts["reproduction"] = Reproduce(context, *launched, *told);
  }
  return true;
}

Observation Collect(CheckContext& context) {
  Observation observation;
  observation.facts = {{"variable", context.target.port_variable},
                       {"attempts", nlohmann::json::array()}};
  for (int attempt = 0; attempt < kAttempts && !context.rig.cancelled(); ++attempt) {
    if (!Attempt(context, observation)) break;
  }
  return observation;
}

Finding Decide(const Observation& observation, const Check&, const Calibration&) {
  const nlohmann::json attempts = observation.facts.value("attempts", nlohmann::json::array());
  const std::string variable = observation.facts.value("variable", "PORT");
  Finding finding = MakeFinding(Verdict::kInconclusive, "", "", static_cast<int>(attempts.size()));
  finding.expected = "listens on the port that " + variable + " names, and answers there";
  int right = 0;
  for (const nlohmann::json& attempt : attempts) {
    const auto told = attempt.value("told", std::uint16_t{0});
    const auto listeners = ListenersFrom(attempt.value("listeners", nlohmann::json::array()));
    if (!ListensOn(listeners, told)) {
      finding.verdict = Verdict::kFail;
      finding.actual =
          fmt::format("told {}={}, it listens on {}", variable, told, Places(listeners));
      return finding;
    }
    if (attempt.value("answered", false)) {
      ++right;
      finding.actual += fmt::format("{}told {}, answered {} there", right > 1 ? "; " : "", told,
                                    attempt.value("status", 0));
    } else {
      finding.why = fmt::format("it listens on {} as told, but gave no complete HTTP answer", told);
    }
  }
  if (right == kAttempts) {
    finding.verdict = variable == "PORT" ? Verdict::kPass : Verdict::kWarn;
    if (variable != "PORT") finding.actual += "; platforms name the port in PORT, not " + variable;
  } else if (finding.why.empty()) {
    finding.why = fmt::format("only {} of {} starts could be looked at", right, kAttempts);
  }
  return finding;
}

Check MakeCheck() {
  Check check;
  check.id = "VII-port-env";
  check.factor = 7;
  check.question = "Does the service listen on the port that its environment names?";
  check.level = Level::kMust;
  check.method = Method::kObserved;
  check.requirement =
      "A service exports HTTP by binding to a port, and the port comes from its config "
      "(12factor.net/port-binding, second paragraph; 12factor.net/config).";
  check.steps =
      "Start it twice with two different free ports in its port variable. Each time look which "
      "sockets its processes listen on, and ask the told port for an answer.";
  check.remedy = "Read the port from PORT at start and bind to it.";
  check.remedy_by_runtime = {{"python", "gunicorn -b 0.0.0.0:$PORT app:app"},
                             {"node", "server.listen(Number(process.env.PORT))"},
                             {"java", "server.port=${PORT} in application.properties"}};
  check.known_false =
      "The factor does not name the variable: PORT is what Heroku, Cloud Run and others use. "
      "Another name is declared with port_variable, and is a warning.";
  check.cost_seconds = 2;
  check.even_unready = true;
  check.value = 21;
  check.collect = Collect;
  check.decide = Decide;
  return check;
}

}  // namespace

const Check& PortEnvCheck() {
  static const Check kCheck = MakeCheck();
  return kCheck;
}

}  // namespace twelve

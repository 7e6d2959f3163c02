#include "app/cli/router_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/interruption.h"
#include "harness/conformance/engine.h"
#include "harness/rig/haproxy_router.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kTellEvery = std::chrono::seconds(1);

struct RouterOptions {
  std::string to;
  std::uint16_t listen = 0;
  std::string policy = "round-robin", ready = "/ready";
  bool sticky = false, no_probe = false, haproxy = false, allow_external = false, json = false;
};

int Complain(int exit_code, const std::string& message) {
  fmt::print(stderr, "twelve router: {}\n", message);
  return exit_code;
}

Result<RouterPlan> PlanOf(const RouterOptions& options) {
  const auto targets = ParseEndpoints(options.to);
  if (!targets) return targets.error();
  RouterPlan plan;
  for (const Endpoint& target : *targets) {
    plan.targets.push_back(
        {fmt::format("web.{}", plan.targets.size() + 1), target.port, target.address});
  }
  if (plan.targets.empty()) return InvalidError("--to needs at least one HOST:PORT");
  plan.listen.port = options.listen;
  plan.allow_external = options.allow_external;
  plan.policy = options.policy == "least-connections" ? RouterPolicy::kLeastConnections
                                                      : RouterPolicy::kRoundRobin;
  plan.sticky = options.sticky;
  plan.probe_readiness = !options.no_probe;
  plan.ready_path = options.ready;
  if (Status valid = Validate(plan); !valid) return valid.error();
  return plan;
}

Json ToJson(const LatencySummary& latency) {
  return Json{{"p50_us", latency.p50}, {"p90_us", latency.p90}, {"p95_us", latency.p95},
              {"p99_us", latency.p99}, {"max_us", latency.max}, {"count", latency.count}};
}

Json ToJson(const RouterSnapshot& s) {
  Json targets = Json::array();
  for (const RouterTargetState& t : s.targets) {
    Json answers = Json::object();
    for (int kind = 1; kind <= 5; ++kind) {
      answers[fmt::format("{}xx", kind)] = t.answers[static_cast<std::size_t>(kind)];
    }
    targets.push_back(Json{{"name", t.target.name},
                           {"address", EndpointText({t.target.address, t.target.port})},
                           {"ready", t.ready},
                           {"draining", t.draining},
                           {"why", t.why},
                           {"requests", t.requests},
                           {"answers", answers},
                           {"refused", t.refused},
                           {"broken", t.broken},
                           {"retried", t.retried},
                           {"in_flight", t.in_flight},
                           {"kept_connections", t.kept},
                           {"rate_per_second", t.rate_per_second},
                           {"errors_per_second", t.errors_per_second},
                           {"latency", ToJson(t.latency)}});
  }
  return Json{{"event", "state"},
              {"port", s.port},
              {"policy", std::string(ToString(s.policy))},
              {"sticky", s.sticky},
              {"clients", s.clients},
              {"open_clients", s.open_clients},
              {"rejected", s.rejected},
              {"requests", s.requests},
              {"answered", s.answered},
              {"no_target", s.no_target},
              {"failed", s.failed},
              {"abandoned", s.abandoned},
              {"retried", s.retried},
              {"in_flight", s.in_flight},
              {"rate_per_second", s.rate_per_second},
              {"targets", targets}};
}

/// What one run of the command says.
class RouterSession {
 public:
  RouterSession(const RouterOptions& options, Router& router)
      : options_(options), router_(router) {}

  void Begin() const {
    if (options_.json) {
      Print(Json{{"event", "listening"}, {"address", fmt::format("127.0.0.1:{}", router_.port())}});
    } else {
      fmt::print("http://127.0.0.1:{}/ leads to {}. Ctrl-C ends it.\n", router_.port(),
                 options_.to);
    }
    std::fflush(stdout);
  }

  void Tell() {
    const auto snapshot = router_.Snapshot();
    for (const RouterEvent& event : snapshot->events) {
      if (event.number <= told_) continue;
      told_ = event.number;
      if (options_.json) {
        Print(Json{{"event", "said"}, {"text", event.text}});
      } else {
        fmt::print("{}\n", event.text);
      }
    }
    if (options_.json) {
      Print(ToJson(*snapshot));
    } else if (snapshot->requests != requests_) {
      Line(*snapshot);
    }
    requests_ = snapshot->requests;
    std::fflush(stdout);
  }

  void End() const {
    const auto s = router_.Snapshot();
    if (options_.json) return Print(ToJson(*s));
    fmt::print(
        "\n{} requests: {} answered, {} failed, {} with nobody ready, {} abandoned, {} tried "
        "again; {} wrong ones\n",
        s->requests, s->answered, s->failed, s->no_target, s->abandoned, s->retried, s->rejected);
    fmt::print("  {:<10} {:<22} {:>9} {:>7} {:>7} {:>7} {:>9} {:>9}  {}\n", "process", "address",
               "requests", "5xx", "refused", "broken", "p50 ms", "p99 ms", "state");
    for (const RouterTargetState& t : s->targets) {
      fmt::print("  {:<10} {:<22} {:>9} {:>7} {:>7} {:>7} {:>9.2f} {:>9.2f}  {}\n", t.target.name,
                 EndpointText({t.target.address, t.target.port}), t.requests, t.answers[5],
                 t.refused, t.broken, t.latency.p50 / 1e3, t.latency.p99 / 1e3,
                 t.draining ? "drained"
                 : t.ready  ? "ready"
                            : t.why);
    }
  }

 private:
  static void Print(const Json& json) {
    fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  static void Line(const RouterSnapshot& s) {
    std::string each;
    for (const RouterTargetState& t : s.targets) {
      each += fmt::format("  {} {:.0f}/s", t.target.name, t.rate_per_second);
      if (t.errors_per_second > 0) each += fmt::format(" ({:.0f} errors)", t.errors_per_second);
      if (!t.ready) each += " (not ready)";
    }
    fmt::print("{:>7.0f}/s  {:>4} in flight  {} failed {}\n", s.rate_per_second, s.in_flight,
               s.failed + s.no_target, each);
  }

  const RouterOptions& options_;
  Router& router_;
  std::uint64_t told_ = 0, requests_ = 0;
};

int RunRouter(const RouterOptions& options) {
  const auto plan = PlanOf(options);
  if (!plan) return Complain(kExitUsage, plan.error().message);
  const SystemClock clock;
  const Interruption interruption(clock);
  LiveRigOptions rig_options;
  rig_options.clock = &clock;
  const auto rig = LiveRig::Create(std::move(rig_options));
  if (!rig) return Complain(kExitBroken, rig.error().message);
  const auto router =
      options.haproxy ? HaproxyRouter::Start(**rig, *plan) : (*rig)->StartRouter(*plan);
  if (!router) return Complain(kExitBroken, router.error().message);
  RouterSession session(options, **router);
  session.Begin();
  // Not the rig's own cancelling: HAProxy is asked for its last figures through the rig.
  for (TimePoint tell = clock.Now() + kTellEvery; !interruption.requested(); tell += kTellEvery) {
    (*rig)->WaitUntil([&] { return interruption.requested(); }, Deadline(tell));
    session.Tell();
  }
  session.End();
  return 0;
}

}  // namespace

void AddRouterCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RouterOptions>();
  CLI::App* command =
      app.add_subcommand("router", "Stand in front of several processes under one address");
  command->add_option("--to", options->to, "The processes: HOST:PORT,…, with HOST a number")
      ->required();
  command->add_option("--listen", options->listen, "Port of this side; a free one unless given");
  command->add_option("--policy", options->policy, "How the next process is chosen")
      ->check(CLI::IsMember({"round-robin", "least-connections"}))
      ->capture_default_str();
  command->add_flag("--sticky", options->sticky,
                    "A cookie leads a client to the process that served it before");
  command->add_option("--ready", options->ready, "Path that tells whether a process is ready")
      ->capture_default_str();
  command->add_flag("--no-probe", options->no_probe, "Do not ask: every process counts as ready");
  command->add_flag("--haproxy", options->haproxy, "Let HAProxy do it, if it is installed");
  command->add_flag("--allow-external", options->allow_external,
                    "Allow processes that are not on this machine");
  command->add_flag("--json", options->json, "One JSON object a second, and one for each event");
  command->footer(
      "A request is tried once more on another process where that is safe; an answer names its\n"
      "process in X-Served-By.\n"
      "Example: twelve router --to 127.0.0.1:8001,127.0.0.1:8002 --listen 8000");
  command->callback([options, &exit_code] { exit_code = RunRouter(*options); });
}

}  // namespace twelve

#include "app/cli/load_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/interruption.h"
#include "app/cli/load_plan_file.h"
#include "harness/conformance/engine.h"
#include "harness/net/quantity.h"
#include "harness/os/posix/posix_file_reader.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kNothingAnswered = 1;
constexpr std::size_t kMostPlanBytes = std::size_t{1} << 20;
constexpr Duration kTellEvery = std::chrono::seconds(1);
constexpr Duration kWithoutDuration = std::chrono::seconds(10);

struct LoadOptions {
  std::string url, plan_file, duration, timeout, method, body;
  double rate = 0;
  int connections = 0;
  std::vector<std::string> headers;
  bool poisson = false, allow_external = false, json = false;
};

int Complain(int exit_code, const std::string& message) {
  fmt::print(stderr, "twelve load: {}\n", message);
  return exit_code;
}

Status TakeTime(const char* option, const std::string& text, Duration& into) {
  if (text.empty()) return {};
  const auto time = ParseDuration(text);
  if (!time) return InvalidError(fmt::format("{}: {}", option, time.error().message));
  into = *time;
  return {};
}

Status ReadFile(const LoadOptions& options, LoadPlan& plan) {
  if (options.plan_file.empty()) return {};
  const auto text = PosixFileReader().Read(options.plan_file, kMostPlanBytes);
  if (!text) return text.error();
  const Status read = ReadLoadPlan(*text, plan);
  return read ? read : InvalidError(options.plan_file + ": " + read.error().message);
}

Result<LoadPlan> PlanOf(const LoadOptions& options) {
  const auto url = ParseLoadUrl(options.url);
  if (!url) return url.error();
  LoadPlan plan;
  plan.probe_readiness = false;
  if (Status read = ReadFile(options, plan); !read) return read.error();
  plan.targets = {{"target", url->port, url->address}};
  plan.allow_external = options.allow_external;
  plan.path = url->path;
  plan.headers = options.headers;
  plan.body = options.body;
  if (!options.method.empty()) plan.method = options.method;
  if (options.method.empty() && !options.body.empty()) plan.method = "POST";
  if (options.connections > 0) plan.connections = options.connections;
  if (options.rate > 0) {
    plan.rate_per_second = options.rate;
    plan.phases.clear();
  } else if (options.connections > 0 && options.plan_file.empty()) {
    plan.loop = LoadPlan::Loop::kClosed;
  }
  if (options.poisson) plan.loop = LoadPlan::Loop::kOpenPoisson;
  if (Status taken = TakeTime("--duration", options.duration, plan.duration); !taken) {
    return taken.error();
  }
  if (Status taken = TakeTime("--timeout", options.timeout, plan.timeout); !taken) {
    return taken.error();
  }
  if (LengthOf(plan) == Duration::zero()) plan.duration = kWithoutDuration;
  if (Status valid = Validate(plan); !valid) return valid.error();
  return plan;
}

Json ToJson(const LatencySummary& latency) {
  return Json{{"p50_us", latency.p50}, {"p90_us", latency.p90}, {"p95_us", latency.p95},
              {"p99_us", latency.p99}, {"max_us", latency.max}, {"mean_us", latency.mean},
              {"count", latency.count}};
}

Json ToJson(const LoadSnapshot& s) {
  Json outcomes = Json::object(), kinds = Json::array();
  for (std::size_t i = 0; i < s.by_outcome.size(); ++i) {
    if (s.by_outcome[i] > 0) {
      outcomes[std::string(ToString(static_cast<Outcome>(i)))] = s.by_outcome[i];
    }
  }
  for (const LoadKindState& kind : s.kinds) {
    kinds.push_back(Json{{"name", kind.name},
                         {"done", kind.done},
                         {"failed", kind.failed},
                         {"response", ToJson(kind.response)}});
  }
  return Json{{"event", s.over ? "result" : "state"},
              {"seconds", ToSeconds(s.taken - s.started)},
              {"wanted_per_second", s.rate_per_second},
              {"planned", s.planned},
              {"sent", s.sent},
              {"done", s.done},
              {"failed", s.failed},
              {"in_flight", s.in_flight},
              {"queued", s.queued},
              {"waited", s.waited},
              {"outcomes", outcomes},
              {"lost_on_reuse", s.lost_on_reuse},
              {"cut_in_answer", s.cut_in_answer},
              {"connections", s.connections},
              {"silent_connections", s.silent_connections},
              {"response", ToJson(s.response)},
              {"service", ToJson(s.service)},
              {"lag", ToJson(s.lag)},
              {"saturated", s.saturated},
              {"kinds", kinds}};
}

void Row(const std::string& name, const LatencySummary& l) {
  fmt::print("  {:<26} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f}\n", name, l.p50 / 1e3,
             l.p90 / 1e3, l.p95 / 1e3, l.p99 / 1e3, l.max / 1e3);
}

void PrintResult(const LoadSnapshot& s) {
  const double seconds = std::max(1e-3, ToSeconds(s.taken - s.started));
  fmt::print("\n{} planned in {:.1f} s: {} answered well ({:.1f}/s), {} failed\n", s.planned,
             seconds, s.done, static_cast<double>(s.done) / seconds, s.failed);
  for (std::size_t i = 1; i < s.by_outcome.size(); ++i) {
    if (s.by_outcome[i] == 0) continue;
    fmt::print("  {:<26} {:>9}\n", ToString(static_cast<Outcome>(i)), s.by_outcome[i]);
  }
  if (s.lost_on_reuse > 0) {
    fmt::print("  of these {} on a kept connection that ended as the request came\n",
               s.lost_on_reuse);
  }
  if (s.cut_in_answer > 0) {
    fmt::print("  of these {} in the middle of their answer\n", s.cut_in_answer);
  }
  if (s.silent_connections > 0) {
    fmt::print("  {} of {} connections were never answered\n", s.silent_connections, s.connections);
  }
  fmt::print("  {:<26} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "ms", "p50", "p90", "p95", "p99", "max");
  Row("response, from its plan", s.response);
  Row("service, from its sending", s.service);
  Row("lag of the generator", s.lag);
  if (s.kinds.size() > 1) {
    for (const LoadKindState& kind : s.kinds) {
      Row(fmt::format("{} ({}, {} failed)", kind.name, kind.done, kind.failed), kind.response);
    }
  }
  if (s.saturated) {
    fmt::print(
        "The generator itself was too slow: its lag is part of these times. Lower the rate.\n");
  }
}

int RunLoad(const LoadOptions& options) {
  const auto plan = PlanOf(options);
  if (!plan) return Complain(kExitUsage, plan.error().message);
  const SystemClock clock;
  const Interruption interruption(clock);
  LiveRigOptions rig_options;
  rig_options.clock = &clock;
  const auto rig = LiveRig::Create(std::move(rig_options));
  if (!rig) return Complain(kExitBroken, rig.error().message);
  const auto load = (*rig)->StartLoad(*plan);
  if (!load) return Complain(kExitBroken, load.error().message);
  const auto over = [&] { return (*load)->Snapshot()->over; };
  std::uint64_t done = 0, failed = 0;
  bool finishing = false;
  for (TimePoint tell = clock.Now() + kTellEvery; !over(); tell += kTellEvery) {
    (*rig)->WaitUntil([&] { return over() || (interruption.requested() && !finishing); },
                      Deadline(tell));
    if (interruption.requested() && !finishing) {
      finishing = true;
      (*load)->Finish();
    }
    const auto s = (*load)->Snapshot();
    if (s->over) break;
    if (options.json) {
      fmt::print("{}\n", ToJson(*s).dump());
    } else {
      fmt::print(
          "{:>5.0f} s  {:>8} answered/s  {:>6} failed  {:>5} in flight  {:>6} queued  p99 "
          "{:.2f} ms\n",
          ToSeconds(s->taken - s->started), s->done - done, s->failed - failed, s->in_flight,
          s->queued, s->response.p99 / 1e3);
    }
    std::fflush(stdout);
    done = s->done;
    failed = s->failed;
  }
  const auto end = (*load)->Snapshot();
  if (options.json) {
    fmt::print("{}\n", ToJson(*end).dump());
  } else {
    PrintResult(*end);
  }
  return end->done > 0 ? 0 : kNothingAnswered;
}

}  // namespace

void AddLoadCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<LoadOptions>();
  CLI::App* command = app.add_subcommand("load", "Send requests and say how long they took");
  command->add_option("url", options->url, "http://HOST:PORT/path, with HOST a number")->required();
  CLI::Option* rate =
      command
          ->add_option("-r,--rate", options->rate,
                       "Requests per second, whatever the service does; 100 unless given")
          ->check(CLI::Range(0.001, 1e6));
  command
      ->add_option("-c,--connections", options->connections,
                   "At most so many at once. Without a rate: so many clients, each of which "
                   "waits for its answer")
      ->check(CLI::Range(1, 10'000));
  command->add_option("-d,--duration", options->duration, "How long: 30s, 2m; 10s unless given");
  command->add_option("--timeout", options->timeout, "How long a request may take: 10s");
  command->add_flag("--poisson", options->poisson, "Arrivals at random, as of many users");
  command->add_option("-X,--method", options->method, "GET unless given, POST with a body");
  command->add_option("-H,--header", options->headers, "\"Name: value\"; may be given again")
      ->allow_extra_args(false);
  command->add_option("--body", options->body, "Body of each request");
  command->add_option("--plan", options->plan_file, "JSON file with phases and kinds of requests")
      ->excludes(rate);
  command->add_flag("--allow-external", options->allow_external,
                    "Allow a service that is not on this machine");
  command->add_flag("--json", options->json, "One JSON object a second, the last with all results");
  command->footer(
      "A plan: {\"arrivals\": \"poisson\", \"phases\": [{\"rate\": 100, \"for\": \"10s\"},\n"
      "         {\"from\": 100, \"to\": 1000, \"for\": \"30s\"}],\n"
      "         \"requests\": [{\"weight\": 9, \"path\": \"/\"},\n"
      "                      {\"weight\": 1, \"method\": \"POST\", \"path\": \"/api/v1/items\",\n"
      "                       \"headers\": {\"Content-Type\": \"application/json\"}, \"body\": "
      "\"{}\"}]}\n"
      "Exit codes: 0 some request was answered well, 1 none, 2 it could not work, 64 usage.\n"
      "Example: twelve load http://127.0.0.1:8000/ --rate 500 --duration 30s");
  command->callback([options, &exit_code] { exit_code = RunLoad(*options); });
}

}  // namespace twelve

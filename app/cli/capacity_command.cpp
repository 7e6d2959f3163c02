#include "app/cli/capacity_command.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "factors/08_concurrency/capacity_model.h"
#include "factors/08_concurrency/scalability_law.h"
#include "harness/conformance/engine.h"

namespace twelve {
namespace {

struct CapacityCommand {
  Demand demand;
  InstanceProfile instance;
  Spare spare;
  double cores = 4;
  double compute_ms = 10;
  std::vector<std::string> measured;  // "4=3700"
  bool json = false;
};

/// 52083.33 as "52,083".
std::string Whole(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

Result<std::vector<ScalabilityPoint>> ReadPoints(const std::vector<std::string>& texts) {
  std::vector<ScalabilityPoint> points;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const char* const end = text.data() + text.size();
    ScalabilityPoint point;
    const auto n = std::from_chars(text.data(), end, point.n);
    const bool split = equals != std::string::npos && n.ptr == text.data() + equals;
    const auto rate = split ? std::from_chars(n.ptr + 1, end, point.per_second) : n;
    if (!split || rate.ec != std::errc() || rate.ptr != end) {
      return InvalidError(
          fmt::format("\"{}\" is no measurement: write 4=3700, for 4 that do 3,700 "
                      "requests per second together",
                      text));
    }
    points.push_back(point);
  }
  return points;
}

nlohmann::ordered_json AsJson(const CapacityCommand& command, const Capacity& plan) {
  const double wait_ms = command.instance.latency_ms - command.compute_ms;
  return {{"inputs",
           {{"users", command.demand.users},
            {"daily_active", command.demand.daily_active},
            {"requests_per_day", command.demand.requests_per_day},
            {"peak_to_average", command.demand.peak_to_average},
            {"latency_ms", command.instance.latency_ms},
            {"concurrency", command.instance.concurrency},
            {"headroom", command.spare.headroom},
            {"zones", command.spare.zones},
            {"zones_lost", command.spare.zones_lost},
            {"cores", command.cores},
            {"compute_ms", command.compute_ms}}},
          {"requests_per_day", plan.requests_per_day},
          {"average_per_s", plan.average_per_s},
          {"peak_per_s", plan.peak_per_s},
          {"in_flight_at_peak", plan.in_flight_at_peak},
          {"instance_per_s", plan.instance_per_s},
          {"bare_instances", plan.bare_instances},
          {"instances", plan.instances},
          {"instances_per_zone", plan.instances_per_zone},
          {"optimal_processes", OptimalProcesses(command.cores, wait_ms, command.compute_ms)},
          {"optimal_threads", OptimalThreads(command.instance.latency_ms, plan.instance_per_s)}};
}

std::string AsText(const CapacityCommand& command, const Capacity& plan) {
  const Demand& d = command.demand;
  const InstanceProfile& i = command.instance;
  const Spare& s = command.spare;
  std::string text;
  const auto line = [&text](const std::string& what, const std::string& value,
                            const std::string& how) {
    text += fmt::format("{:<22}{:>16}   {}\n", what, value, how);
  };
  line("requests per day", Whole(plan.requests_per_day),
       fmt::format("{} users x {:g} % active x {:g}", Whole(d.users), 100 * d.daily_active,
                   d.requests_per_day));
  line("on average", Whole(plan.average_per_s) + "/s", "/ 86,400 s");
  line("at the peak", Whole(plan.peak_per_s) + "/s", fmt::format("x {:g}", d.peak_to_average));
  line("in flight then", Whole(plan.in_flight_at_peak),
       fmt::format("Little's law: x {:g} ms", i.latency_ms));
  line("one instance does", fmt::format("{:g}/s", plan.instance_per_s),
       fmt::format("{:g} at a time / {:g} ms", i.concurrency, i.latency_ms));
  line("instances, nothing spare", Whole(static_cast<double>(plan.bare_instances)), "rounded up");
  if (s.headroom > 0 || s.zones_lost > 0) {
    line("instances", Whole(static_cast<double>(plan.instances)),
         fmt::format("{:g} % free at the peak; {} zones of {}, {} may be lost", 100 * s.headroom,
                     s.zones, Whole(static_cast<double>(plan.instances_per_zone)), s.zones_lost));
  }
  const double wait_ms = i.latency_ms - command.compute_ms;
  text += "\nInside one instance\n";
  line("work that computes",
       fmt::format("{:g}", OptimalProcesses(command.cores, wait_ms, command.compute_ms)),
       fmt::format("processes: {:g} cores x (1 + {:g} ms waiting / {:g} ms computing)",
                   command.cores, wait_ms, command.compute_ms));
  line("work that waits", fmt::format("{:g}", OptimalThreads(i.latency_ms, plan.instance_per_s)),
       fmt::format("threads: {:g} ms x {:g}/s / 1000", i.latency_ms, plan.instance_per_s));
  return text;
}

void AddFit(const ScalabilityFit& fit, std::string& text, nlohmann::ordered_json& json) {
  const std::optional<double> peak = fit.law.Peak();
  json["scalability_law"] = {{"lambda", fit.law.lambda},
                             {"sigma", fit.law.sigma},
                             {"kappa", fit.law.kappa},
                             {"r_squared", fit.r_squared}};
  json["scalability_law"]["peak_at"] = peak ? nlohmann::ordered_json(*peak) : nullptr;
  text += fmt::format(
      "\nScalability law, fitted: one does {:.4g}/s; contention {:.4g}, coherency {:.4g}; it "
      "explains {:.1f} % of the variance\n",
      fit.law.lambda, fit.law.sigma, fit.law.kappa, 100 * fit.r_squared);
  text += peak ? fmt::format("Highest with {:.0f}: {:.4g}/s. More make it slower.\n", *peak,
                             fit.law.At(*peak))
               : std::string("No peak: more only help less and less.\n");
}

int Run(const CapacityCommand& command) {
  const Capacity plan = PlanCapacity(command.demand, command.instance, command.spare);
  nlohmann::ordered_json json = AsJson(command, plan);
  std::string text = AsText(command, plan);
  if (!command.measured.empty()) {
    const auto points = ReadPoints(command.measured);
    const auto fit = points ? FitScalabilityLaw(*points) : Result<ScalabilityFit>(points.error());
    if (!fit) {
      fmt::print(stderr, "twelve capacity: {}\n", fit.error().message);
      return kExitUsage;
    }
    AddFit(*fit, text, json);
  }
  return std::fputs(command.json ? (json.dump(2) + "\n").c_str() : text.c_str(), stdout) < 0 ? 2
                                                                                             : 0;
}

/// A fault of the inputs together, as CLI11 tells it.
void CheckTogether(const CapacityCommand& command) {
  if (command.compute_ms > command.instance.latency_ms) {
    throw CLI::ValidationError("--compute-ms", "is part of the latency and cannot be more");
  }
  if (command.spare.zones_lost >= command.spare.zones) {
    throw CLI::ValidationError("--zones-lost", "must be fewer than --zones");
  }
}

}  // namespace

void AddCapacityCommand(CLI::App& app, int& exit_code) {
  auto it = std::make_shared<CapacityCommand>();
  CLI::App* const command =
      app.add_subcommand("capacity", "Work out how many instances a number of users needs");
  command->footer(
      "Examples:\n  twelve capacity\n  twelve capacity --users 1e6 --concurrency 100 --headroom "
      "0.3 --zones 3 --zones-lost 1\n  twelve capacity --measured 1=990,2=1900,4=3500,8=5600");
  const auto number = [command](const char* name, double& value, const char* what, double least,
                                double most) {
    command->add_option(name, value, what)->capture_default_str()->check(CLI::Range(least, most));
  };
  number("--users", it->demand.users, "registered users", 1, 1e12);
  number("--daily-active", it->demand.daily_active, "part of them that comes on a day", 1e-6, 1);
  number("--requests", it->demand.requests_per_day, "requests a day of each", 1e-3, 1e6);
  number("--peak", it->demand.peak_to_average, "the busiest second against the mean one", 1, 1e3);
  number("--latency-ms", it->instance.latency_ms, "of one request", 1e-3, 1e6);
  number("--concurrency", it->instance.concurrency, "requests that one instance does at a time", 1,
         1e6);
  number("--headroom", it->spare.headroom, "part of an instance that stays free", 0, 0.99);
  number("--cores", it->cores, "processors of one instance", 0.01, 1e4);
  number("--compute-ms", it->compute_ms, "of the latency: computing; the rest is waiting", 1e-3,
         1e6);
  command->add_option("--zones", it->spare.zones, "failure zones")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  command->add_option("--zones-lost", it->spare.zones_lost, "of them that may be gone")
      ->capture_default_str()
      ->check(CLI::Range(0, 99));
  command
      ->add_option("--measured", it->measured,
                   "N=PER_SECOND,…: fit the Universal Scalability Law to measurements")
      ->delimiter(',');
  command->add_flag("--json", it->json, "Print as JSON");
  command->callback([it, &exit_code] {
    CheckTogether(*it);
    exit_code = Run(*it);
  });
}

}  // namespace twelve

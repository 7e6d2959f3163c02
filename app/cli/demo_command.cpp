#include "app/cli/demo_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/interruption.h"
#include "factors/catalog.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

constexpr int kExitAsPromised = 0;
constexpr int kExitOtherwise = 1;
constexpr int kExitBroken = 2;
constexpr int kExitUsage = 64;

struct DemoOptions {
  int factor = 0;
  std::vector<std::string> violations;
  bool json = false;
};

nlohmann::json ToJson(const DemoReport& report) {
  nlohmann::json steps = nlohmann::json::array();
  for (const DemoStep& step : report.steps) {
    steps.push_back({{"id", step.id},
                     {"did", step.did},
                     {"observed", step.observed},
                     {"expected", step.expected},
                     {"held", step.held}});
  }
  nlohmann::json figures = nlohmann::json::object();
  for (const auto& [name, value] : report.figures) figures[name] = value;
  return {{"factor", report.factor},
          {"violations", report.violations},
          {"steps", steps},
          {"verdict", report.holds ? "HOLDS" : "BROKEN"},
          {"figures", figures}};
}

int Complain(int exit_code, const std::string& message) {
  fmt::print(stderr, "twelve demo: {}\n", message);
  return exit_code;
}

std::string NamesOf(std::span<const Violation> violations) {
  std::vector<std::string_view> names;
  for (const Violation& row : violations) {
    if (row.fixture.empty()) names.push_back(row.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string NumbersOfExperiments() {
  std::vector<int> numbers;
  for (const Factor& factor : Catalog()) {
    if (factor.make_experiment != nullptr) numbers.push_back(factor.number);
  }
  return fmt::format("{}", fmt::join(numbers, ", "));
}

/// twelve-service stands beside this program.
std::string ServicePath() {
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? "twelve-service" : (self.parent_path() / "twelve-service").string();
}

int RunDemo(const DemoOptions& options) {
  const Factor* factor = FindFactor(options.factor);
  if (factor == nullptr || factor->make_experiment == nullptr) {
    return Complain(kExitUsage, fmt::format("Factor {} has no live experiment; these have one: {}.",
                                            options.factor, NumbersOfExperiments()));
  }
  for (const std::string& name : options.violations) {
    // A fixture is a source tree: the running service cannot take it on.
    const bool known =
        std::any_of(factor->violations.begin(), factor->violations.end(),
                    [&](const Violation& row) { return row.name == name && row.fixture.empty(); });
    if (known) continue;
    return Complain(kExitUsage,
                    fmt::format("Factor {} has no violation \"{}\" to switch on; it has: {}.",
                                factor->numeral, name, NamesOf(factor->violations)));
  }
  const SystemClock clock;
  const Interruption interruption(clock);
  LiveRigOptions rig_options;
  rig_options.clock = &clock;
  rig_options.cancelled = [&interruption] { return interruption.requested(); };
  Result<std::unique_ptr<LiveRig>> rig = LiveRig::Create(std::move(rig_options));
  if (!rig) return Complain(kExitBroken, rig.error().message);
  const std::unique_ptr<Experiment> experiment = factor->make_experiment({ServicePath()});
  // Progress goes to stderr, so that stdout holds the result alone.
  const auto say = [](std::string_view text) { fmt::print(stderr, "{}\n", text); };
  say(fmt::format("{}. {}: {}", factor->numeral, factor->title, factor->rule));
  const Result<DemoReport> report = experiment->RunAll(**rig, options.violations, say);
  if (!report) return Complain(kExitBroken, report.error().message);
  if (options.json) {
    fmt::print("{}\n", ToJson(*report).dump(2));
  } else {
    const auto held = std::count_if(report->steps.begin(), report->steps.end(),
                                    [](const DemoStep& step) { return step.held; });
    fmt::print("{}: {} of {} steps hold{}{}\n", report->holds ? "HOLDS" : "BROKEN", held,
               report->steps.size(), options.violations.empty() ? "" : " with ",
               fmt::join(options.violations, ", "));
  }
  const bool promised = report->holds == options.violations.empty();
  return promised ? kExitAsPromised : kExitOtherwise;
}

}  // namespace

void AddDemoCommand(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("demo", "Run the live experiment of a factor and say what was measured");
  auto options = std::make_shared<DemoOptions>();
  command->add_option("factor", options->factor, "Number of the factor, 1 to 12")->required();
  command->add_option("--violate", options->violations, "Switch on violations: NAME[,NAME…]")
      ->delimiter(',');
  command->add_flag("--json", options->json, "Print the result as JSON");
  command->footer(
      "Example: twelve demo 9 --violate exit-on-sigterm\n"
      "Exit codes: 0 as promised (HOLDS as built, BROKEN with a violation), 1 not so,\n"
      "2 the demo could not run, 64 no such factor or violation.");
  command->callback([options, &exit_code] { exit_code = RunDemo(*options); });
}

}  // namespace twelve

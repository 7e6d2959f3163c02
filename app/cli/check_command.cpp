#include "app/cli/check_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/interruption.h"
#include "app/cli/report_outputs.h"
#include "app/session/machine_capabilities.h"
#include "factors/catalog.h"
#include "harness/conformance/calibration.h"
#include "harness/conformance/engine.h"
#include "harness/os/posix/posix_file_reader.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

struct CheckArguments {
  std::string target, command_line;
  std::string port_variable, health, slow, stop_signal;
  std::vector<std::string> only, reports;
  bool quick = false;
  std::string budget;
};

/// A sentence for the user and the exit code that goes with it.
struct Refusal {
  std::string message;
  int exit_code = kExitUsage;
};

Refusal Usage(std::string message) {
  return {std::move(message), kExitUsage};
}

/// "90", "90s", "2m", "2m30s" in seconds; nothing when it is none of these.
std::optional<Duration> ParseTime(std::string_view text) {
  std::chrono::seconds total{0};
  long number = -1;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      number = std::max(0L, number) * 10 + (c - '0');
      if (number > 86'400) return std::nullopt;
      continue;
    }
    if (number < 0 || (c != 's' && c != 'm' && c != 'h')) return std::nullopt;
    total += std::chrono::seconds(number * (c == 's' ? 1 : c == 'm' ? 60 : 3600));
    number = -1;
  }
  if (number >= 0) total += std::chrono::seconds(number);
  if (total.count() == 0) return std::nullopt;
  return Duration(total);
}

std::optional<Refusal> ApplyOptions(const CheckArguments& arguments, Target& target) {
  const auto is_path = [](const std::string& path) {
    return path[0] == '/' && path.find_first_of(" \r\n") == std::string::npos;
  };
  if (!arguments.port_variable.empty()) target.port_variable = arguments.port_variable;
  if (!arguments.health.empty()) target.health_path = arguments.health;
  if (!arguments.slow.empty()) target.slow_path = arguments.slow;
  if (!is_path(target.health_path)) return Usage("--health needs a path that begins with \"/\"");
  if (!target.slow_path.empty() && !is_path(target.slow_path)) {
    return Usage("--slow needs a path that begins with \"/\"");
  }
  if (!arguments.stop_signal.empty()) {
    const Result<int> signal = ParseSignal(arguments.stop_signal);
    if (!signal) return Usage("--stop-signal: " + signal.error().message);
    target.stop_signal = *signal;
  }
  // Programs of pyenv, nvm or a virtual environment are found only through the user's own PATH.
  const char* const path = std::getenv("PATH");
  if (path != nullptr) target.environment.emplace("PATH", path);
  return std::nullopt;
}

std::optional<Refusal> ReadTarget(const CheckArguments& arguments, Target& target) {
  if (arguments.target.empty() == arguments.command_line.empty()) {
    return Usage("name a target (a directory, a Procfile, a twelve.json), or give --cmd LINE");
  }
  Result<Target> read = InvalidError("");
  if (!arguments.command_line.empty()) {
    read = TargetFromCommand(arguments.command_line, std::filesystem::current_path().string());
    if (!read) return Usage("--cmd: " + read.error().message);
  } else {
    read = TargetFromPath(arguments.target, PosixFileReader());
    if (!read) {
      const bool usage = read.error().code == ErrorCode::kNotFound;
      return Refusal{read.error().message, usage ? kExitUsage : kExitBadDescriptor};
    }
  }
  target = std::move(*read);
  const std::vector<const Check*> all = AllChecks();
  for (const std::string& id : target.require) {
    if (std::none_of(all.begin(), all.end(),
                     [&](const Check* check) { return Selects(id, check->id); })) {
      return Refusal{fmt::format("{}: \"require\" names \"{}\", which is no check; `twelve list` "
                                 "shows them all",
                                 target.source, id),
                     kExitBadDescriptor};
    }
  }
  return ApplyOptions(arguments, target);
}

std::optional<Refusal> Run(const CheckArguments& arguments, int& exit_code) {
  Target target;
  if (std::optional<Refusal> refusal = ReadTarget(arguments, target)) return refusal;
  CheckOptions options;
  options.only = arguments.only;
  options.quick = arguments.quick;
  if (!arguments.budget.empty()) {
    const std::optional<Duration> budget = ParseTime(arguments.budget);
    if (!budget) return Usage("--budget needs a time such as 90s or 2m30s");
    options.budget = *budget;
  }
  const std::vector<const Check*> checks = AllChecks();
  const Result<CheckPlan> plan = MakePlan(checks, target, options);
  if (!plan) return Usage(plan.error().message);
  const char* const step_summary = std::getenv("GITHUB_STEP_SUMMARY");
  Result<ReportOutputs> outputs = ReportOutputs::Open(arguments.reports, TWELVE_VERSION,
                                                      step_summary == nullptr ? "" : step_summary);
  if (!outputs) return Usage(outputs.error().message);

  const Result<std::string> guard = FindGuard();
  if (!guard) return Refusal{guard.error().message, kExitBroken};
  PosixProcessHost host(*guard);
  const SystemClock clock;
  const Interruption interruption(clock);
  options.cancelled = [&interruption] { return interruption.requested(); };
  const MakeRig make_rig = [&options]() -> Result<std::unique_ptr<Rig>> {
    LiveRigOptions rig_options;
    rig_options.cancelled = options.cancelled;
    Result<std::unique_ptr<LiveRig>> rig = LiveRig::Create(std::move(rig_options));
    if (!rig) return rig.error();
    return std::unique_ptr<Rig>(std::move(*rig));
  };
  const bool timed = std::any_of(plan->run.begin(), plan->run.end(),
                                 [](const Check* check) { return check->exclusive; });
  const std::string service =
      (std::filesystem::path(*guard).parent_path() / "twelve-service").string();
  const Calibration calibration = timed ? Calibrate(make_rig, service) : Calibration{};
  const LocalFileSearch files;
  options.files = &files;
  const Result<RunSummary> summary = RunChecks(checks, target, ProbeCapabilities(host), calibration,
                                               options, clock, make_rig, outputs->sinks());
  if (!summary) return Usage(summary.error().message);
  exit_code = summary->exit_code;
  const Status written = outputs->Finish();
  if (!written) return Refusal{written.error().message, kExitBroken};
  return std::nullopt;
}

void AddOptions(CLI::App& command, CheckArguments& arguments) {
  command.add_option("TARGET", arguments.target, "A directory, a Procfile or a twelve.json");
  command.add_option("--cmd", arguments.command_line,
                     "The line that starts the service; $PORT becomes its port");
  command.add_option("--port-var", arguments.port_variable,
                     "The variable that tells it the port (PORT)");
  command.add_option("--health", arguments.health, "A path that answers once it is ready (/)");
  command.add_option("--slow", arguments.slow, "A path whose answer takes 2 to 4 s");
  command.add_option("--stop-signal", arguments.stop_signal,
                     "The signal that asks it to stop (SIGTERM)");
  command.add_option("--only", arguments.only, "Only these checks: ids or their beginnings")
      ->delimiter(',');
  command.add_flag("--quick", arguments.quick, "Leave out checks that take longer than 15 s");
  command.add_option("--budget", arguments.budget,
                     "Run what fits into this time, the most telling first: 90s, 2m");
  command.add_option("--report", arguments.reports,
                     "FORMAT or FORMAT=FILE, may be repeated: " + ReportOutputs::FormatNames());
}

}  // namespace

void AddCheckCommand(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("check", "Start a service, measure it, and say what it does not keep");
  const auto arguments = std::make_shared<CheckArguments>();
  AddOptions(*command, *arguments);
  command->footer(
      "Example: twelve check --cmd 'gunicorn -b 127.0.0.1:$PORT app:app' --slow /slow\n"
      "Exit codes: 0 every MUST is met, 1 a MUST fails, 3 a MUST could not be measured,\n"
      "            2 Twelve itself broke, 64 wrong usage, 78 a wrong twelve.json");
  command->callback([&exit_code, arguments] {
    const std::optional<Refusal> refusal = Run(*arguments, exit_code);
    if (!refusal) return;
    std::fputs(fmt::format("twelve: {}\n", refusal->message).c_str(), stderr);
    exit_code = refusal->exit_code;
  });
}

}  // namespace twelve

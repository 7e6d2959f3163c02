#include "app/cli/run_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/run_session.h"
#include "app/cli/shell_environment.h"
#include "app/cli/terminal.h"
#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_file_reader.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/os/posix/posix_signals.h"
#include "harness/os/posix/posix_socket_host.h"

namespace twelve {
namespace {

constexpr int kBroken = 2;

int Complain(int exit_code, const std::string& message) {
  std::fprintf(stderr, "twelve run: %s\n", message.c_str());
  return exit_code;
}

}  // namespace

int RunProcfile(const RunOptions& options, const Environment& shell, int out_fd) {
  PosixSignals::BlockEndSignals();
  const SystemClock clock;
  PosixSocketHost sockets;
  const auto is_free = [&sockets](std::uint16_t port) {
    return sockets.Listen("127.0.0.1", port, 1).ok();
  };
  std::variant<RunPlan, RunRefusal> planned = PlanRun(options, shell, PosixFileReader(), is_free);
  if (const auto* refusal = std::get_if<RunRefusal>(&planned)) {
    return Complain(refusal->exit_code, refusal->message);
  }
  RunPlan& plan = std::get<RunPlan>(planned);
  for (const std::string& note : plan.notes) {
    std::fprintf(stderr, "twelve run: note: %s\n", note.c_str());
  }
  const Result<std::string> guard = FindGuard();
  if (!guard) return Complain(kBroken, guard.error().message);
  PosixProcessHost host(*guard);
  Result<std::unique_ptr<EventLoop>> loop = PosixEventLoop::Create(clock);
  if (!loop) return Complain(kBroken, loop.error().message);

  const Terminal terminal = out_fd == STDOUT_FILENO ? StandardOutput() : Terminal();
  RunOutput::Format format{options.json, terminal.is_terminal, terminal.colour, 0};
  for (const ProcessSpec& spec : plan.specs)
    format.width = std::max(format.width, spec.name.size());
  RunSession session({**loop, host, sockets}, out_fd, format, options.exit_with_first);
  const Result<std::unique_ptr<PosixSignals>> signals =
      PosixSignals::Create(**loop, [&session](int signal) { session.OnSignal(signal); });
  if (!signals) return Complain(kBroken, signals.error().message);
  return session.Run(std::move(plan.specs));
}

void AddRunCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  auto grace = std::make_shared<double>(10);
  CLI::App* run = app.add_subcommand(
      "run", "Run the processes of a Procfile, each with a PORT of its own, and end them all.");
  run->add_option("procfile", options->procfile, "The Procfile; its directory is where they run")
      ->capture_default_str();
  run->add_option("-c,-m,--formation", options->formation,
                  "How many of each: web=3,worker=2; types that are not named are not started");
  run->add_option("-e,--env", options->env_files,
                  "Environment file instead of .env; may be given again")
      ->allow_extra_args(false);
  run->add_option("-p,--port", options->port,
                  "First PORT; 100 more for each type, one more for each instance")
      ->check(CLI::Range(1, 65535));
  run->add_option("-t,--grace", *grace, "Seconds from SIGTERM to SIGKILL")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  run->add_flag("--exit-with-first", options->exit_with_first,
                "Stop all as soon as one has ended, with its exit code");
  run->add_flag("--json", options->json, "One JSON event a line: lines, changes of state, the end");
  run->footer(
      "Your shell's environment is handed on and wins over .env.\n"
      "Example: twelve run -c web=3,worker=2 -p 8000");
  run->callback([options, grace, &exit_code] {
    options->grace = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*grace));
    exit_code = RunProcfile(*options, ShellEnvironment(), STDOUT_FILENO);
  });
}

}  // namespace twelve

#include "app/cli/run_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "app/cli/run_output.h"
#include "app/cli/terminal.h"
#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_file_reader.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/os/posix/posix_signals.h"
#include "harness/os/posix/posix_socket_host.h"
#include "harness/process/supervisor.h"

namespace twelve {
namespace {

constexpr int kBroken = 2;
constexpr int kCannotWrite = 74;
constexpr int kNotStartable = 126;
constexpr int kNoSuchProgram = 127;
constexpr int kBySignal = 128;
// What is said of processes, such as "started", is all that the store keeps here.
constexpr LogLimits kLimits = {.max_lines = 10'000, .max_bytes = std::size_t{4} << 20};
constexpr Duration kTellEvery = std::chrono::seconds(1);

int Complain(int exit_code, const std::string& message) {
  std::fprintf(stderr, "twelve run: %s\n", message.c_str());
  return exit_code;
}

int ExitCodeOf(const ProcessStatus& status) {
  if (status.start_error) {
    return status.start_error->code == ErrorCode::kNotFound ? kNoSuchProgram : kNotStartable;
  }
  if (!status.exit) return kBroken;
  return status.exit->signalled ? kBySignal + status.exit->code : status.exit->code;
}

/// From the first start to the last end.
class RunSession {
 public:
  RunSession(const RunOptions& options, EventLoop& loop, ProcessHost& host, SocketHost& sockets,
             int out_fd, RunOutput::Format format)
      : options_(options),
        loop_(loop),
        logs_(kLimits),
        output_(loop, out_fd, format, [this] { OnOutputFailed(); }),
        supervisor_({loop, host, sockets, logs_}) {
    supervisor_.AddTap(&output_);
    supervisor_.KeepLines(false);
    supervisor_.SetObserver([this](const ProcessStatus& status) { OnChange(status); });
  }
  ~RunSession() { supervisor_.SetObserver(nullptr); }
  RunSession(const RunSession&) = delete;
  RunSession& operator=(const RunSession&) = delete;

  int Run(std::vector<ProcessSpec> specs) {
    for (ProcessSpec& spec : specs) {
      const std::string name = spec.name;
      if (const Status started = supervisor_.Start(std::move(spec)); !started) {
        output_.Say(fmt::format("{} could not be started: {}", name, started.error().message));
        if (!code_) code_ = kBroken;
      }
    }
    EndIfOver();
    loop_.Run();
    loop_.Cancel(tell_);
    const int code = ExitCode();
    output_.Ended(code);
    output_.Flush();
    return output_failed_ ? kCannotWrite : code;
  }

  void OnSignal(int signal) {
    const std::string name = SignalName(signal);
    if (stopping_) {
      output_.Say(name + " again: killing what is left");
      for (const ProcessStatus* status : supervisor_.All()) {
        supervisor_.Kill(status->name, name + " twice");
      }
      return;
    }
    asked_ = true;
    output_.Say(name + ": stopping all; once more kills at once");
    StopAll(name + " to twelve run");
  }

 private:
  void StopAll(const std::string& because) {
    if (stopping_) return;
    stopping_ = true;
    supervisor_.StopAll(because);
    tell_ = loop_.After(kTellEvery, [this] { TellWhoIsWaitedFor(); });
    EndIfOver();
  }

  void TellWhoIsWaitedFor() {
    std::string names;
    for (const ProcessStatus* status : supervisor_.All()) {
      if (status->over()) continue;
      names += names.empty() ? "" : ", ";
      names += status->alive() ? fmt::format("{} (pid {})", status->name, status->pid)
                               : fmt::format("what {} has left", status->name);
    }
    if (!names.empty()) output_.Say("waiting for " + names);
    tell_ = loop_.After(kTellEvery, [this] { TellWhoIsWaitedFor(); });
  }

  void OnChange(const ProcessStatus& status) {
    output_.Changed(status);
    // Only an end that nobody asked for says something about the program.
    if (status.leader_ended && !stopping_) OnEndByItself(status);
    if (status.state == ProcessState::kKilled && stopping_) needed_sigkill_ = true;
    EndIfOver();
  }

  void OnEndByItself(const ProcessStatus& status) {
    const int code = ExitCodeOf(status);
    if (!code_ && (code != 0 || options_.exit_with_first)) code_ = code;
    if (options_.exit_with_first) StopAll(status.name + " has ended");
  }

  void OnOutputFailed() {
    output_failed_ = true;
    // Not from here: the output may be called from within a process's own event.
    loop_.Post([this] { StopAll("the output cannot be written"); });
  }

  void EndIfOver() {
    if (supervisor_.AllOver()) loop_.Stop();
  }

  int ExitCode() const {
    if (asked_) return needed_sigkill_ ? kBySignal + SIGKILL : 0;
    return code_.value_or(0);
  }

  const RunOptions& options_;
  EventLoop& loop_;
  LogStore logs_;
  RunOutput output_;
  Supervisor supervisor_;
  std::optional<int> code_;  // of the process that decides it
  bool stopping_ = false;
  bool asked_ = false;  // by a signal
  bool needed_sigkill_ = false;
  bool output_failed_ = false;
  EventLoop::TimerId tell_ = 0;
};

Environment ShellEnvironment() {
  Environment shell;
  for (char** row = environ; *row != nullptr; ++row) {
    const std::string_view text(*row);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    shell.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return shell;
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
  RunSession session(options, **loop, host, sockets, out_fd, format);
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

#include "app/cli/admin_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>

#include "app/cli/release_context.h"
#include "app/cli/release_run_plan.h"
#include "app/cli/run_session.h"
#include "harness/os/posix/posix_file_reader.h"
#include "harness/release/iso_time.h"
#include "harness/release/release_store.h"
#include "harness/release/running_list.h"

namespace twelve {
namespace {

constexpr const char* kCommand = "admin";

struct AdminArguments : StoreArguments {
  std::string task;
  std::vector<std::string> arguments;
  std::string release;
  std::string environment;
};

/// Hands on what the task prints, byte for byte, each stream to the same one of ours.
class PassOn final : public LogTap {
 public:
  void Lines(std::string_view, LogStream stream, std::span<const RawLine> lines) override {
    if (stream == LogStream::kTwelve) return;
    std::string bytes;
    for (const RawLine& line : lines) {
      bytes.append(line.bytes.substr(std::min(line.shown, line.bytes.size())));
      if (line.complete && !line.partial && !line.continued) bytes.push_back('\n');
    }
    Write(stream == LogStream::kStderr ? STDERR_FILENO : STDOUT_FILENO, bytes);
  }

 private:
  static void Write(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = write(fd, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return;  // nobody reads it any more; the task goes on
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
};

/// Which release is meant: the named one, that of the named stage, that which runs now, or that of
/// the only stage.
Result<Release> ChooseRelease(const StoreDirectory& store, const ReleaseStore& releases,
                              const AdminArguments& arguments) {
  if (!arguments.release.empty()) {
    if (ParseReleaseId(arguments.release)) return releases.Find(arguments.release);
    return InvalidError(
        fmt::format("\"{}\" is no release; write it like v3, or name a stage by "
                    "--env",
                    arguments.release));
  }
  if (!arguments.environment.empty()) return releases.Find(arguments.environment);
  std::set<int> running;
  for (const RunningEntry& entry : RunningList(store).Now()) {
    if (entry.kind == "run") running.insert(entry.release);
  }
  if (running.size() == 1) return releases.Find(fmt::format("v{}", *running.begin()));
  const auto stages = releases.Environments();
  if (!stages) return stages.error();
  if (running.empty() && stages->size() == 1) return releases.Find(stages->front());
  return InvalidError(fmt::format(
      "say where the task runs: --env {}",
      stages->empty() ? std::string("STAGE") : fmt::format("{}", fmt::join(*stages, "|"))));
}

int ExitCodeOf(const StepOutcome& outcome) {
  ProcessStatus status;
  status.exit = outcome.exit;
  status.start_error = outcome.start_error;
  return ExitCodeOf(status);
}

int RunTask(ReleaseTools& tools, ProcessSpec spec, bool as_json) {
  if (as_json) {
    RunSession session({tools.loop(), tools.host(), tools.sockets()}, STDOUT_FILENO,
                       {true, false, false, 0}, false);
    tools.OnSignal([&session](int signal) { session.OnSignal(signal); });
    std::vector<ProcessSpec> specs;
    specs.push_back(std::move(spec));
    return session.Run(std::move(specs));
  }
  PassOn output;
  const Result<StepOutcome> outcome = tools.runner().Run(std::move(spec), &output);
  if (!outcome) return Complain(kCommand, outcome.error());
  if (outcome->start_error) {
    fmt::print(stderr, "twelve admin: {}.\n", outcome->start_error->message);
  }
  return ExitCodeOf(*outcome);
}

int RunAdmin(const AdminArguments& arguments) {
  const auto tools = ReleaseTools::Create();
  if (!tools) return Complain(kCommand, tools.error());
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const Clock& clock = (*tools)->clock();
  const ReleaseStore releases(**store, clock);
  const auto release = ChooseRelease(**store, releases, arguments);
  if (!release) return Complain(kCommand, release.error());
  if (release->slug.empty()) {
    return Complain(kCommand, {ErrorCode::kNotFound,
                               release->id() + " has config and no code yet; build it first",
                               {},
                               0});
  }
  const auto mark =
      RunningList(**store).Add({kCommand, arguments.task, release->number, release->environment,
                                release->slug, IsoTime(clock.WallNow()), 0});
  if (!mark) return Complain(kCommand, mark.error());
  const auto tree = SlugStore(**store).Tree(release->slug);
  if (!tree) return Complain(kCommand, tree.error());
  Result<ProcessSpec> spec = PlanAdminTask(*release, *tree, arguments.task, arguments.arguments,
                                           (*tools)->CanMount(), PosixFileReader());
  if (!spec) return Complain(kCommand, spec.error());
  RigDirectories directories((*tools)->host(), TemporaryRoot());
  const Status given = GivePrivateDirectory(directories, *spec);
  if (!given) return Complain(kCommand, given.error());
  fmt::print(stderr, "twelve admin: {} in {} for {}, {} {}\n", arguments.task, release->id(),
             release->environment, release->name, release->tag);
  return RunTask(**tools, std::move(spec).value(), arguments.json);
}

}  // namespace

void AddAdminCommand(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<AdminArguments>();
  CLI::App* const command =
      app.add_subcommand("admin", "Run a one-off task in the release that runs");
  command
      ->add_option("task", arguments->task,
                   "A process type of the Procfile, or a word for its type \"admin\"")
      ->required();
  command->add_option("arguments", arguments->arguments, "Handed on to the task");
  command->add_option("--release", arguments->release, "In this release, such as v3");
  command->add_option("--env", arguments->environment, "In what this stage runs");
  AddStoreArguments(*command, arguments);
  command->prefix_command();
  command->footer(
      "Unless told, it runs in the release that `twelve release run` runs, or in that of the only\n"
      "stage. Options stand before the task; what follows the task is its own.\n"
      "Example: twelve admin --env staging migrate --dry-run\n"
      "Exit codes: that of the task, 128 + N when signal N ended it, 126 or 127 when it cannot\n"
      "start. Before that: 64 used wrongly, 66 no such release or task, 77 changed by somebody "
      "else.");
  command->callback([arguments, command, &exit_code] {
    for (const std::string& word : command->remaining()) arguments->arguments.push_back(word);
    exit_code = RunAdmin(*arguments);
  });
}

}  // namespace twelve

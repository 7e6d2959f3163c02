#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/release_command.h"
#include "app/cli/release_context.h"
#include "app/cli/release_run_plan.h"
#include "app/cli/run_session.h"
#include "app/cli/terminal.h"
#include "harness/os/posix/posix_file_reader.h"
#include "harness/release/iso_time.h"
#include "harness/release/release_store.h"
#include "harness/release/running_list.h"

namespace twelve {
namespace {

using nlohmann::json;

constexpr const char* kCommand = "release run";

struct RunArguments : StoreArguments {
  std::string release;
  ReleaseRunOptions options;
  double grace = 10;
  double ready_timeout = 60;
  bool exit_with_first = false;
};

/// What a release needs to run: its files, and the word that it runs.
struct Prepared {
  Release release;
  std::string tree;
  RunningMark mark;
};

Result<Prepared> Prepare(const StoreDirectory& store, const Clock& clock,
                         const RunArguments& arguments) {
  Result<Release> release = ReleaseStore(store, clock).Find(arguments.release);
  if (!release) return release.error();
  if (release->slug.empty()) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format("{} has config and no code yet; `twelve release build --to {}` adds it",
                    release->id(), release->environment),
        {},
        0};
  }
  // Before its files are looked at, so that nobody collects them meanwhile.
  RunningEntry entry;
  entry.kind = "run";
  entry.what = arguments.options.formation.empty() ? "one of each" : arguments.options.formation;
  entry.release = release->number;
  entry.environment = release->environment;
  entry.slug = release->slug;
  entry.started = IsoTime(clock.WallNow());
  Result<RunningMark> mark = RunningList(store).Add(entry);
  if (!mark) return mark.error();
  Result<std::string> tree = SlugStore(store).Tree(release->slug);
  if (!tree) return tree.error();
  return Prepared{std::move(release).value(), std::move(tree).value(), std::move(mark).value()};
}

int RunRelease(RunArguments arguments) {
  const auto tools = ReleaseTools::Create();
  if (!tools) return Complain(kCommand, tools.error());
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const Result<Prepared> prepared = Prepare(**store, (*tools)->clock(), arguments);
  if (!prepared) return Complain(kCommand, prepared.error());
  const Release& release = prepared->release;
  arguments.options.read_only = (*tools)->CanMount();
  SocketHost& sockets = (*tools)->sockets();
  const auto is_free = [&sockets](std::uint16_t port) {
    return sockets.Listen("127.0.0.1", port, 1).ok();
  };
  Result<ReleaseRunPlan> plan =
      PlanReleaseRun(release, prepared->tree, arguments.options, PosixFileReader(), is_free);
  if (!plan) return Complain(kCommand, plan.error());
  RigDirectories directories((*tools)->host(), TemporaryRoot());
  const Terminal terminal = StandardOutput();
  RunOutput::Format format{arguments.json, terminal.is_terminal, terminal.colour, 0};
  for (std::vector<ProcessSpec>& group : plan->groups) {
    for (ProcessSpec& spec : group) {
      format.width = std::max(format.width, spec.name.size());
      const Status given = GivePrivateDirectory(directories, spec);
      if (!given) return Complain(kCommand, given.error());
    }
  }
  RunSession session({(*tools)->loop(), (*tools)->host(), sockets}, STDOUT_FILENO, format,
                     arguments.exit_with_first);
  (*tools)->OnSignal([&session](int signal) { session.OnSignal(signal); });
  session.Say(fmt::format(
      "{} for {}: {} {}, files {}", release.id(), release.environment, release.name, release.tag,
      arguments.options.read_only ? "mounted read-only" : "without write permission"));
  for (const std::string& note : plan->notes) session.Say(note);
  return session.RunInTurn(std::move(plan->groups));
}

int ListRunning(const StoreArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain("release ps", store.error());
  json rows = json::array();
  for (const RunningEntry& entry : RunningList(**store).Now()) {
    rows.push_back({{"kind", entry.kind},
                    {"what", entry.what},
                    {"release", fmt::format("v{}", entry.release)},
                    {"environment", entry.environment},
                    {"started", entry.started},
                    {"pid", entry.pid}});
    if (arguments.json) continue;
    fmt::print("{:<6} v{:<4} {:<12} pid {:<8} {}  {}\n", entry.kind, entry.release,
               entry.environment, entry.pid, entry.started, entry.what);
  }
  if (arguments.json) PrintJson({{"running", rows}});
  if (!arguments.json && rows.empty()) fmt::print("Nothing of this store runs.\n");
  return kReleaseDone;
}

Duration Seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void AddReleaseRunCommand(CLI::App& release, int& exit_code) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = release.add_subcommand(
      "run", "Run the processes of a release, from files that nobody can write");
  command->add_option("release", arguments->release, "v3, or a stage: what it runs")->required();
  command->add_option("formation", arguments->options.formation,
                      "How many of each: web=3,worker=2; types that are not named are not started");
  command
      ->add_option("-p,--port", arguments->options.port,
                   "First PORT; 100 more for each type, one more for each instance")
      ->check(CLI::Range(1, 65535));
  command->add_option("-t,--grace", arguments->grace, "Seconds from SIGTERM to SIGKILL")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  command->add_option("--ready", arguments->options.ready_path,
                      "Path that web answers below 500 once it is ready; unless set, \"health\" of "
                      "twelve.json, else /");
  command->add_option("--ready-timeout", arguments->ready_timeout, "Seconds to wait for that")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_flag("--exit-with-first", arguments->exit_with_first,
                    "Stop all as soon as one has ended, with its exit code");
  AddStoreArguments(*command, arguments);
  command->footer(
      "Types start in the order of the Procfile, each when all of the one before are ready. They "
      "get\n"
      "the release's config, RELEASE_ID and GIT_SHA, and nothing of your shell's environment.\n"
      "Example: twelve release run v3 web=2,worker=1\n"
      "Exit codes: those of twelve run; 1 when a process was not ready in its time. Before "
      "anything\n"
      "runs: 64 used wrongly, 66 no such release, 77 files or records changed by somebody else.");
  command->callback([arguments, &exit_code] {
    arguments->options.grace = Seconds(arguments->grace);
    arguments->options.ready_timeout = Seconds(arguments->ready_timeout);
    exit_code = RunRelease(*arguments);
  });

  auto listing = std::make_shared<StoreArguments>();
  command = release.add_subcommand("ps", "Who runs what of this store now, one-off processes too");
  AddStoreArguments(*command, listing);
  command->footer("Example: twelve release ps --json\n" + ReleaseExitCodes());
  command->callback([listing, &exit_code] { exit_code = ListRunning(*listing); });
}

}  // namespace twelve

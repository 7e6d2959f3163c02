#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/release_command.h"
#include "app/cli/release_context.h"
#include "app/cli/shell_environment.h"
#include "harness/logs/text_cleaner.h"
#include "harness/release/builder.h"
#include "harness/release/durable_file.h"
#include "harness/release/push_hook.h"
#include "harness/release/release_store.h"

namespace twelve {
namespace {

using nlohmann::json;

constexpr const char* kCommand = "release";
constexpr std::size_t kLargestLog = std::size_t{64} << 20;

struct BuildArguments : StoreArguments {
  std::string repository = ".";
  std::string revision = "HEAD";
  std::string environment;  // that gets a release; empty: none
  std::string branch;
  bool no_cache = false;
  bool quiet = false;
  int build = 0;
  bool log = false;
};
using Arguments = std::shared_ptr<BuildArguments>;

/// Says on standard error what goes on, so that standard output holds the result alone.
Builder::Progress Watch(bool quiet) {
  return [quiet](std::string_view step, std::string_view line) {
    if (quiet) return;
    if (line.empty()) {
      fmt::print(stderr, "-----> {}\n", step);
    } else {
      fmt::print(stderr, "       {}\n", line);
    }
  };
}

void PrintBuild(const BuildRecord& build) {
  fmt::print("{:<4} {:<11} {:<8} {} {:>7.1f} s  {}\n", build.number, ToString(build.state),
             build.tag, build.started, build.seconds,
             build.slug.empty() ? build.problem : ShortSlug(build.slug));
}

/// A release of a fresh build; notes it in the build's record.
Result<Release> ReleaseBuild(const StoreDirectory& store, const Clock& clock, BuildRecord& build,
                             const std::string& environment) {
  Result<Release> release = ReleaseStore(store, clock).Create(build, environment);
  if (!release) return release;
  build.release = release->number;
  if (const Status noted = BuildHistory(store).Write(build); !noted) return noted.error();
  return release;
}

int Report(const BuildArguments& arguments, const BuildRecord& build,
           const std::optional<Release>& release) {
  if (arguments.json) {
    json document = ToJson(build);
    document["made_release"] = release ? ToJson(*release) : json();
    PrintJson(document);
  } else if (build.state == BuildState::kSucceeded) {
    fmt::print("build {} of {} {}: slug sha256:{}\n", build.number, build.name, build.tag,
               build.slug);
    if (release) fmt::print("{}\n", Summary(*release));
  }
  if (build.state == BuildState::kSucceeded) return kReleaseDone;
  fmt::print(stderr, "twelve release: build {} of {} {}: {}.\n", build.number, build.tag,
             ToString(build.state), build.problem);
  return kReleaseFailed;
}

int Build(const BuildArguments& arguments) {
  if (!arguments.environment.empty()) {
    const Status good = CheckEnvironmentName(arguments.environment);
    if (!good) return Complain(kCommand, good.error());
  }
  const auto tools = ReleaseTools::Create();
  if (!tools) return Complain(kCommand, tools.error());
  const auto store = OpenStore(arguments, true);
  if (!store) return Complain(kCommand, store.error());
  BuildRequest request;
  request.repository = arguments.repository;
  request.revision = arguments.revision;
  request.tools = ShellEnvironment();
  request.use_cache = !arguments.no_cache;
  Builder builder(**store, (*tools)->runner(), Watch(arguments.quiet));
  Result<BuildRecord> build = builder.Build(request);
  if (!build) return Complain(kCommand, build.error());
  std::optional<Release> release;
  if (build->state == BuildState::kSucceeded && !arguments.environment.empty()) {
    Result<Release> made = ReleaseBuild(**store, (*tools)->clock(), *build, arguments.environment);
    if (!made) return Complain(kCommand, made.error());
    release = std::move(made).value();
  }
  return Report(arguments, *build, release);
}

void PrintSteps(const StoreDirectory& store, const BuildRecord& build, bool with_log) {
  fmt::print("commit {} {}\nrepository {}\ncache {}\n", build.commit, build.subject,
             build.repository, build.cache);
  for (const BuildStep& step : build.steps) {
    fmt::print("{:<11} {:<14} {:>7.1f} s  {}\n", step.name, step.state, step.seconds, step.ended);
    if (!with_log) continue;
    const auto log = ReadFile(BuildHistory(store).LogFile(build.number, step.name), kLargestLog);
    std::string_view rest = log ? std::string_view(*log) : std::string_view();
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      fmt::print("    {}\n", CleanText(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
}

int ListBuilds(const BuildArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const auto builds = BuildHistory(**store).All();
  if (!builds) return Complain(kCommand, builds.error());
  json rows = json::array();
  bool found = arguments.build == 0;
  for (auto build = builds->rbegin(); build != builds->rend(); ++build) {
    if (arguments.build != 0 && build->number != arguments.build) continue;
    found = true;
    rows.push_back(ToJson(*build));
    if (arguments.json) continue;
    PrintBuild(*build);
    if (arguments.build != 0) PrintSteps(**store, *build, arguments.log);
  }
  if (!found) {
    return Complain(
        kCommand,
        {ErrorCode::kNotFound,
         fmt::format("there is no build {}; `twelve release builds` lists them", arguments.build),
         {},
         0});
  }
  if (arguments.json) PrintJson({{"builds", rows}});
  if (!arguments.json && rows.empty()) fmt::print("There is no build yet.\n");
  return kReleaseDone;
}

int InitPipeline(const BuildArguments& arguments) {
  if (!arguments.environment.empty()) {
    const Status good = CheckEnvironmentName(arguments.environment);
    if (!good) return Complain(kCommand, good.error());
  }
  const auto tools = ReleaseTools::Create();
  if (!tools) return Complain(kCommand, tools.error());
  const auto store = OpenStore(arguments, true);
  if (!store) return Complain(kCommand, store.error());
  GitSource git((*tools)->runner(), arguments.repository, ShellEnvironment());
  const auto hooks = git.HooksDirectory();
  if (!hooks) return Complain(kCommand, hooks.error());
  PushHook hook;
  std::error_code failed;
  hook.program = std::filesystem::read_symlink("/proc/self/exe", failed);
  hook.store = (*store)->root();
  hook.key_file = (*store)->key_file();
  hook.environment = arguments.environment;
  hook.branch = arguments.branch;
  if (hook.branch.empty()) {
    const auto branch = git.DefaultBranch();
    if (!branch) return Complain(kCommand, branch.error());
    hook.branch = *branch;
  }
  const Status installed = InstallPushHook(hook, *hooks);
  if (!installed) return Complain(kCommand, installed.error());
  if (arguments.json) {
    PrintJson({{"hook", *hooks + "/post-receive"},
               {"branch", hook.branch},
               {"environment", hook.environment},
               {"store", hook.store}});
  } else {
    fmt::print("A push to {} of {} now builds its newest commit{}.\n", hook.branch,
               arguments.repository,
               hook.environment.empty() ? "" : " and makes a release for " + hook.environment);
  }
  return kReleaseDone;
}

/// What the hook runs: git's lines are on standard input.
int ReceivePush(const BuildArguments& arguments) {
  std::vector<PushedRef> pushed;
  for (std::string line; std::getline(std::cin, line);) {
    if (const auto row = ParsePushedRef(line)) pushed.push_back(*row);
  }
  const auto commit = CommitToBuild(pushed, arguments.branch);
  if (!commit) {
    fmt::print(stderr, "twelve release: nothing is built: the push has no commit for {}.\n",
               arguments.branch);
    return kReleaseDone;
  }
  BuildArguments build = arguments;
  build.revision = *commit;
  return Build(build);
}

void AddBuildArguments(CLI::App& command, const Arguments& arguments) {
  command.add_option("--repo", arguments->repository, "The git repository, bare or not")
      ->capture_default_str();
  command.add_flag("--no-cache", arguments->no_cache, "Do not use kept dependencies");
  command.add_flag("--quiet", arguments->quiet, "Do not show the build's log while it runs");
}

void Finish(CLI::App& command, const char* example, const Arguments& arguments,
            int (*run)(const BuildArguments&), int& exit_code) {
  AddStoreArguments(command, arguments);
  command.footer(fmt::format("Example: {}\n{}", example, ReleaseExitCodes()));
  command.callback([arguments, run, &exit_code] { exit_code = run(*arguments); });
}

void AddPipelineCommands(CLI::App& release, int& exit_code) {
  CLI::App* const pipeline =
      release.add_subcommand("pipeline", "Build and release what is pushed to a repository");
  pipeline->require_subcommand(1);
  Arguments arguments = std::make_shared<BuildArguments>();
  CLI::App* command =
      pipeline->add_subcommand("init", "Install the hook that starts a build after a push");
  command->add_option("repository", arguments->repository, "A bare repository")->required();
  command->add_option("--env", arguments->environment, "Make a release for this stage");
  command->add_option("--branch", arguments->branch, "Unless set, the repository's default branch");
  Finish(*command, "twelve release pipeline init /srv/app.git --env staging", arguments,
         InitPipeline, exit_code);

  arguments = std::make_shared<BuildArguments>();
  command = pipeline->add_subcommand("receive", "What the hook runs; reads git's lines");
  AddBuildArguments(*command, arguments);
  command->add_option("--env", arguments->environment, "Make a release for this stage");
  command->add_option("--branch", arguments->branch, "Whose pushes build")->required();
  Finish(*command, "echo OLD NEW refs/heads/main | twelve release pipeline receive --branch main",
         arguments, ReceivePush, exit_code);
}

}  // namespace

void AddReleaseBuildCommands(CLI::App& release, int& exit_code) {
  Arguments arguments = std::make_shared<BuildArguments>();
  CLI::App* command = release.add_subcommand("build", "Turn one commit into a slug");
  command->add_option("commit", arguments->revision, "Commit, branch or tag")
      ->capture_default_str();
  command->add_option("--to", arguments->environment, "Then make a release for this stage");
  AddBuildArguments(*command, arguments);
  Finish(*command, "twelve release build --repo ../shop main --to staging", arguments, Build,
         exit_code);

  arguments = std::make_shared<BuildArguments>();
  command = release.add_subcommand("builds", "All builds, the newest first, or one with its steps");
  command->add_option("build", arguments->build, "Its number");
  command->add_flag("--log", arguments->log, "With what each step printed");
  Finish(*command, "twelve release builds 3 --log", arguments, ListBuilds, exit_code);

  AddPipelineCommands(release, exit_code);
}

}  // namespace twelve

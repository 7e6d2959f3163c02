#include "app/cli/release_command.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "app/cli/release_context.h"
#include "harness/release/build_history.h"
#include "harness/release/release_store.h"

namespace twelve {
namespace {

using nlohmann::json;

constexpr const char* kCommand = "release";

struct ReleaseArguments : StoreArguments {
  std::string release;      // "v3", or a stage
  std::string environment;  // --to, or a stage
  std::string build;        // number, tag or slug
  int keep = 10;
};
using Arguments = std::shared_ptr<ReleaseArguments>;

const Clock& TheClock() {
  static const SystemClock clock;
  return clock;
}

int Tell(const ReleaseArguments& arguments, const Result<Release>& made) {
  if (!made) return Complain(kCommand, made.error());
  if (arguments.json) {
    PrintJson(ToJson(*made));
  } else {
    fmt::print("{}\n", Summary(*made));
  }
  return kReleaseDone;
}

int List(const ReleaseArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const auto all = ReleaseStore(**store, TheClock()).All();
  if (!all) return Complain(kCommand, all.error());
  json rows = json::array();
  for (auto release = all->rbegin(); release != all->rend(); ++release) {
    if (!arguments.environment.empty() && release->environment != arguments.environment) continue;
    const bool current = NewestOf(*all, release->environment) == &*release;
    if (arguments.json) {
      json row = ToJson(*release);
      row["current"] = current;
      rows.push_back(std::move(row));
    } else {
      fmt::print("{} {}\n", current ? "*" : " ", Summary(*release));
    }
  }
  if (arguments.json) PrintJson({{"releases", rows}});
  if (!arguments.json && all->empty()) fmt::print("There is no release yet.\n");
  return kReleaseDone;
}

void PrintChange(const ConfigChange& change) {
  switch (change.kind) {
    case ConfigChange::Kind::kAdded:
      fmt::print("  + {}={}\n", change.name, change.after);
      break;
    case ConfigChange::Kind::kRemoved:
      fmt::print("  - {}={}\n", change.name, change.before);
      break;
    case ConfigChange::Kind::kChanged:
      fmt::print("  ~ {}={} (was {})\n", change.name, change.after, change.before);
      break;
  }
}

int Show(const ReleaseArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const ReleaseStore releases(**store, TheClock());
  const auto all = releases.All();
  if (!all) return Complain(kCommand, all.error());
  const auto release = releases.Find(arguments.release);
  if (!release) return Complain(kCommand, release.error());
  const Release* const before = BeforeOf(*all, *release);
  const auto changes = DiffConfig(before != nullptr ? before->config : Config(), release->config);
  if (arguments.json) {
    json document = ToJson(*release);
    document["before"] = before != nullptr ? before->id() : "";
    document["config_changes"] = ToJson(changes);
    PrintJson(document);
    return kReleaseDone;
  }
  fmt::print("{}\n", Summary(*release));
  if (!release->slug.empty()) {
    fmt::print("commit {}\nslug   sha256:{}\n", release->commit, release->slug);
  }
  fmt::print("config, compared with {}:\n", before != nullptr ? before->id() : "nothing");
  for (const ConfigChange& change : changes) PrintChange(change);
  if (changes.empty()) fmt::print("  no difference\n");
  return kReleaseDone;
}

int Create(const ReleaseArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const auto builds = BuildHistory(**store).All();
  if (!builds) return Complain(kCommand, builds.error());
  const BuildRecord* const build = FindBuild(*builds, arguments.build);
  if (build == nullptr) {
    return Complain(kCommand, {ErrorCode::kNotFound,
                               fmt::format("no build with a slug is called \"{}\"; `twelve release "
                                           "builds` lists them",
                                           arguments.build),
                               {},
                               0});
  }
  return Tell(arguments, ReleaseStore(**store, TheClock()).Create(*build, arguments.environment));
}

int Promote(const ReleaseArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const ReleaseStore releases(**store, TheClock());
  const auto source = releases.Find(arguments.release);
  if (!source) return Complain(kCommand, source.error());
  return Tell(arguments, releases.Promote(source->number, arguments.environment));
}

/// The stage that is meant: the named one, or the only one there is.
Result<std::string> StageOf(const ReleaseStore& releases, const std::string& named) {
  if (!named.empty()) return named;
  const auto stages = releases.Environments();
  if (!stages) return stages.error();
  if (stages->size() == 1) return stages->front();
  return InvalidError(
      stages->empty() ? std::string("there is no release yet to roll back")
                      : fmt::format("name the stage to roll back: {}", fmt::join(*stages, ", ")));
}

int RollBack(const ReleaseArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const ReleaseStore releases(**store, TheClock());
  const auto stage = StageOf(releases, arguments.environment);
  if (!stage) return Complain(kCommand, stage.error());
  std::optional<int> to = 0;
  if (!arguments.release.empty()) to = ParseReleaseId(arguments.release);
  if (!to) {
    return Complain(kCommand, InvalidError(fmt::format("\"{}\" is no release; write it like v3",
                                                       arguments.release)));
  }
  return Tell(arguments, releases.RollBack(*stage, *to));
}

int Collect(const ReleaseArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const auto collected = ReleaseStore(**store, TheClock()).Collect(arguments.keep);
  if (!collected) return Complain(kCommand, collected.error());
  if (arguments.json) {
    PrintJson(
        {{"slugs", collected->slugs}, {"caches", collected->caches}, {"bytes", collected->bytes}});
  } else {
    fmt::print("{} slugs with {} bytes and {} caches are gone; records of releases stay.\n",
               collected->slugs.size(), collected->bytes, collected->caches);
  }
  return kReleaseDone;
}

int Verify(const ReleaseArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const auto found = ReleaseStore(**store, TheClock()).Verify();
  if (!found) return Complain(kCommand, found.error());
  if (arguments.json) {
    PrintJson({{"releases", found->releases},
               {"slugs", found->slugs},
               {"builds", found->builds},
               {"problems", found->problems}});
  } else {
    fmt::print("{} releases, {} slugs, {} builds read: {}\n", found->releases, found->slugs,
               found->builds, found->problems.empty() ? "all are as they were written." : "");
    for (const std::string& problem : found->problems) fmt::print("  {}.\n", problem);
  }
  return found->problems.empty() ? kReleaseDone : kReleaseFailed;
}

CLI::App* Add(CLI::App& release, const char* name, const char* what, const char* example,
              const Arguments& arguments, int (*run)(const ReleaseArguments&), int& exit_code) {
  CLI::App* const command = release.add_subcommand(name, what);
  AddStoreArguments(*command, arguments);
  command->footer(fmt::format("Example: {}\n{}", example, ReleaseExitCodes()));
  command->callback([arguments, run, &exit_code] { exit_code = run(*arguments); });
  return command;
}

void AddStageCommands(CLI::App& release, int& exit_code) {
  Arguments arguments = std::make_shared<ReleaseArguments>();
  CLI::App* command =
      Add(release, "create", "Make a release of a build for a stage, with the stage's config",
          "twelve release create 1a2b3c4 --to staging", arguments, Create, exit_code);
  command->add_option("build", arguments->build, "Number, tag or slug of the build")->required();
  command->add_option("--to", arguments->environment, "The stage")->required();

  arguments = std::make_shared<ReleaseArguments>();
  command =
      Add(release, "promote", "Bring the slug of a release to a stage, with that stage's config",
          "twelve release promote v3 --to production", arguments, Promote, exit_code);
  command->add_option("release", arguments->release, "v3, or a stage: what it runs")->required();
  command->add_option("--to", arguments->environment, "The stage")->required();

  arguments = std::make_shared<ReleaseArguments>();
  command = Add(release, "rollback",
                "Make a release with slug and config of the one before; nothing is built",
                "twelve release rollback production", arguments, RollBack, exit_code);
  command->add_option("environment", arguments->environment,
                      "The stage; may be left out if only one");
  command->add_option("--to", arguments->release, "This release of the stage, such as v3");
}

}  // namespace

void AddReleaseCommand(CLI::App& app, int& exit_code) {
  CLI::App* const release =
      app.add_subcommand("release", "Build commits, make releases of them, run and move them");
  release->require_subcommand(1);
  release->footer(
      "A slug is a built commit. A release is a slug and the config of a stage: v1, v2, …\n"
      "Neither is ever changed.\n"
      "Example: twelve release build --to staging && twelve release run staging");
  AddReleaseBuildCommands(*release, exit_code);

  Arguments arguments = std::make_shared<ReleaseArguments>();
  CLI::App* command =
      Add(*release, "list", "All releases, the newest first; * is what a stage runs",
          "twelve release list staging", arguments, List, exit_code);
  command->add_option("environment", arguments->environment, "Those of one stage only");

  arguments = std::make_shared<ReleaseArguments>();
  command = Add(*release, "show", "A release, and its config compared with the one before",
                "twelve release show v3", arguments, Show, exit_code);
  command->add_option("release", arguments->release, "v3, or a stage: what it runs")->required();

  AddStageCommands(*release, exit_code);
  AddReleaseConfigCommands(*release, exit_code);
  AddReleaseRunCommand(*release, exit_code);

  arguments = std::make_shared<ReleaseArguments>();
  command = Add(*release, "gc", "Remove slugs that no stage needs; records of releases stay",
                "twelve release gc --keep 5", arguments, Collect, exit_code);
  command->add_option("--keep", arguments->keep, "How many releases of each stage stay runnable")
      ->capture_default_str();

  arguments = std::make_shared<ReleaseArguments>();
  Add(*release, "verify", "Read the whole store and say what is not as it was written",
      "twelve release verify --json", arguments, Verify, exit_code);
}

}  // namespace twelve

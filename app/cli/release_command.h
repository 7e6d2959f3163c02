#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve release …`: build a commit into a slug, make releases of it, run them, move them from
/// stage to stage. Exit codes: release_context.h; `run` those of `twelve run`.
void AddReleaseCommand(CLI::App& app, int& exit_code);

// Its subcommands, a file for each group.
void AddReleaseBuildCommands(CLI::App& release, int& exit_code);   // build, builds, pipeline
void AddReleaseConfigCommands(CLI::App& release, int& exit_code);  // config
void AddReleaseRunCommand(CLI::App& release, int& exit_code);      // run, ps

}  // namespace twelve

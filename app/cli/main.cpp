#include <csignal>
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "app/cli/admin_command.h"
#include "app/cli/backing_command.h"
#include "app/cli/capacity_command.h"
#include "app/cli/check_command.h"
#include "app/cli/demo_command.h"
#include "app/cli/doctor_command.h"
#include "app/cli/explain_command.h"
#include "app/cli/list_command.h"
#include "app/cli/load_command.h"
#include "app/cli/param_command.h"
#include "app/cli/proxy_command.h"
#include "app/cli/release_command.h"
#include "app/cli/router_command.h"
#include "app/cli/run_command.h"
#include "harness/conformance/engine.h"

namespace {

using AddCommand = void (*)(CLI::App& app, int& exit_code);

// One line per subcommand, in the order of --help.
constexpr AddCommand kCommands[] = {
    twelve::AddCheckCommand,    twelve::AddDemoCommand,   twelve::AddExplainCommand,
    twelve::AddListCommand,     twelve::AddRunCommand,    twelve::AddBackingCommand,
    twelve::AddReleaseCommand,  twelve::AddParamCommand,  twelve::AddAdminCommand,
    twelve::AddLoadCommand,     twelve::AddProxyCommand,  twelve::AddRouterCommand,
    twelve::AddCapacityCommand, twelve::AddDoctorCommand,
};

int Run(int argc, char** argv) {
  CLI::App app("See, break and check the twelve factors with real processes.", "twelve");
  app.set_version_flag("--version", "twelve " TWELVE_VERSION);
  app.require_subcommand(1);
  app.footer("Example: twelve check --cmd 'python3 -m http.server $PORT'");
  int exit_code = 0;
  for (const AddCommand add : kCommands) add(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : twelve::kExitUsage;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away, as in `twelve check | head`, is a failed write and no sudden end.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "twelve: this is a mistake in Twelve itself: %s\n", error.what());
    return twelve::kExitBroken;
  }
}

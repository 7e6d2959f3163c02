#include "app/cli/list_command.h"

#include <fmt/format.h>

#include <cstdio>

#include <CLI/CLI.hpp>

#include "factors/catalog.h"

namespace twelve {

void AddListCommand(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("list", "List all checks, by factor");
  command->footer("Example: twelve list");
  command->callback([&exit_code] {
    std::string text;
    for (const Factor& factor : Catalog()) {
      if (factor.checks.empty()) continue;
      text += fmt::format("{}  {}\n", factor.numeral, factor.title);
      for (const Check* check : factor.checks) {
        text +=
            fmt::format("  {:<18} {:<6}  {}\n", check->id, ToString(check->level), check->question);
      }
    }
    text += "\n`twelve explain ID` says how a check decides.\n";
    exit_code = std::fputs(text.c_str(), stdout) < 0 ? 2 : 0;
  });
}

}  // namespace twelve

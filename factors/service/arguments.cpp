#include "factors/service/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <CLI/CLI.hpp>

#include "factors/03_config/parts/service_config.h"
#include "factors/service/violation_switches.h"

namespace twelve {
namespace {

constexpr const char* kProcessTypes[] = {"web"};

std::string Footer() {
  std::string text =
      "Process types:\n  web    serves HTTP\n\nConfiguration, from the environment "
      "alone:\n";
  SchemaNeeds needs;
  needs.default_database_url = "a SQLite file in TMPDIR";
  text += SchemaText(ServiceSchema(needs));
  text +=
      "\nExit codes:\n  0 ended as asked   1 the grace period was over before all requests were\n"
      "  64 wrong command line   69 something it needs is not available: the port, the database\n"
      "  78 wrong configuration   130, 143 a second SIGINT, SIGTERM\n\nExample:\n"
      "  PORT=8000 HOST=127.0.0.1 twelve-service web\n";
  return text;
}

Status CheckNames(const Arguments& arguments) {
  if (arguments.action == Arguments::Action::kServe && arguments.process_type.empty()) {
    return InvalidError(fmt::format("no process type given: say \"twelve-service {}\", or --help",
                                    kProcessTypes[0]));
  }
  if (!arguments.process_type.empty() &&
      std::find(std::begin(kProcessTypes), std::end(kProcessTypes), arguments.process_type) ==
          std::end(kProcessTypes)) {
    return InvalidError(fmt::format("\"{}\" is no process type; known: {}", arguments.process_type,
                                    fmt::join(kProcessTypes, ", ")));
  }
  for (const std::string& name : arguments.violations) {
    if (const Violation* fixture = FindFixture(name)) {
      return InvalidError(
          fmt::format("\"{}\" is a source tree and no switch: look at {}", name, fixture->fixture));
    }
    if (FindSwitch(name) == nullptr) {
      return InvalidError(fmt::format(
          "\"{}\" is no violation; \"twelve-service --list-violations\" names them", name));
    }
  }
  if (arguments.json && arguments.action != Arguments::Action::kListViolations) {
    return InvalidError("--json goes with --list-violations");
  }
  std::vector<SettingRow> schema = ServiceSchema({});
  return RequireSettings(schema, arguments.required);
}

}  // namespace

Result<Arguments> ParseArguments(int count, const char* const* words) {
  CLI::App app("The reference service of Twelve: one binary, one process type per run.",
               "twelve-service");
  Arguments arguments;
  bool list = false;
  app.add_option("PROCESS", arguments.process_type, "The process type to run");
  app.add_option("--violate", arguments.violations,
                 "Break the factors on purpose: NAME[,NAME]; see --list-violations")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--require", arguments.required,
                 "Variables that this deploy must set: their defaults do not hold; NAME[,NAME]")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_flag("--list-violations", list, "Name what --violate can do, and end");
  app.add_flag("--json", arguments.json, "With --list-violations: as JSON");
  app.footer(Footer());
  try {
    app.parse(count, words);
  } catch (const CLI::CallForHelp&) {
    return Arguments{Arguments::Action::kPrint, {}, {}, {}, false, app.help()};
  } catch (const CLI::ParseError& error) {
    return InvalidError(fmt::format("{}; see --help", error.what()));
  }
  if (list) arguments.action = Arguments::Action::kListViolations;
  if (Status status = CheckNames(arguments); !status) return status.error();
  return arguments;
}

std::vector<std::string> CommandFor(const std::string& program, const Arguments& arguments) {
  std::vector<std::string> command = {program, arguments.process_type};
  for (const std::string& name : arguments.violations) {
    command.emplace_back("--violate");
    command.push_back(name);
  }
  for (const std::string& name : arguments.required) {
    command.emplace_back("--require");
    command.push_back(name);
  }
  return command;
}

}  // namespace twelve

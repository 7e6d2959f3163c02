#include "factors/service/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include <CLI/CLI.hpp>

#include "factors/03_config/parts/service_config.h"
#include "factors/service/violation_switches.h"

namespace twelve {
namespace {

struct ProcessTypeRow {
  std::string_view name;
  std::string_view what;
};
constexpr ProcessTypeRow kProcessTypes[] = {
    {"web", "serves HTTP"},
    {"worker", "does jobs from the queue; opens no port"},
    {"clock", "puts a job into the queue at each tick; opens no port"},
    {"admin", "does one task and ends; opens no port"},
};

std::string Footer() {
  std::string text = "Process types:\n";
  for (const ProcessTypeRow& row : kProcessTypes) {
    text += fmt::format("  {:<20} {}\n", row.name, row.what);
  }
  text += "\nAdmin tasks:\n";
  for (const AdminTaskRow& row : AdminTasks()) {
    text += fmt::format("  {}\n{:23}{}\n", row.usage, "", row.what);
  }
  text += "\nBad releases, for --bad (repeatable; process type web):\n" + BadReleasesAsText();
  text += "\nConfiguration, from the environment alone:\n";
  SchemaNeeds needs;
  needs.default_database_url = "a SQLite file in TMPDIR";
  text += SchemaText(ServiceSchema(needs));
  text +=
      "\nExit codes:\n  0 ended as asked   1 the grace period was over before all work was done, "
      "or the task failed\n  64 wrong command line   69 something it needs is not available: the "
      "port, the database\n  78 wrong configuration   130, 143 a second SIGINT, SIGTERM\n\n"
      "Examples:\n  PORT=8000 HOST=127.0.0.1 twelve-service web\n  twelve-service admin migrate "
      "status\n";
  return text;
}

std::string KnownProcessTypes() {
  std::string names;
  for (const ProcessTypeRow& row : kProcessTypes) {
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  return names;
}

Status CheckProcessType(const Arguments& arguments) {
  const std::string& type = arguments.process_type;
  if (type.empty()) {
    if (arguments.action != Arguments::Action::kServe) return {};
    return InvalidError(fmt::format("no process type given: say \"twelve-service {}\", or --help",
                                    kProcessTypes[0].name));
  }
  const bool known = std::any_of(std::begin(kProcessTypes), std::end(kProcessTypes),
                                 [&type](const ProcessTypeRow& row) { return row.name == type; });
  if (!known) {
    return InvalidError(
        fmt::format("\"{}\" is no process type; known: {}", type, KnownProcessTypes()));
  }
  if (type == "admin") return CheckAdminRequest(arguments.admin);
  if (!arguments.admin_words.empty()) {
    return InvalidError(fmt::format("\"{}\" does not go with {}", arguments.admin_words[0], type));
  }
  return {};
}

/// What was given for "admin", read.
Status ReadAdminWords(Arguments& arguments, const std::vector<std::string>& task,
                      const std::string& age) {
  arguments.admin_words = task;
  if (!task.empty()) arguments.admin.task = task[0];
  if (task.size() > 1) arguments.admin.action = task[1];
  const auto give = [&arguments](std::string option, std::string value) {
    arguments.admin_words.push_back(std::move(option));
    arguments.admin_words.push_back(std::move(value));
  };
  if (arguments.admin.to) give("--to", std::to_string(*arguments.admin.to));
  if (arguments.admin.count != AdminRequest().count) {
    give("--count", std::to_string(arguments.admin.count));
  }
  if (age.empty()) return {};
  const Result<Duration> older_than = ParseAge(age);
  if (!older_than) return older_than.error();
  arguments.admin.older_than = *older_than;
  give("--older-than", age);
  return {};
}

Status CheckNames(const Arguments& arguments) {
  if (Status status = CheckProcessType(arguments); !status) return status;
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
  for (const std::string& bad : arguments.bad) {
    if (const auto parsed = ParseBadRelease(bad); !parsed) return parsed.error();
    if (arguments.process_type != "web") return InvalidError("--bad goes with web");
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
  bool list = false, pool_child = false;
  std::vector<std::string> task;
  std::string age;
  app.add_option("PROCESS", arguments.process_type, "The process type to run");
  app.add_option("TASK", task, "With admin: the task, and what to do of it")->expected(0, 2);
  app.add_option("--to", arguments.admin.to, "With admin migrate: the version to stop at");
  app.add_option("--count", arguments.admin.count, "With admin seed: how many items");
  app.add_option("--older-than", age, "With admin cleanup: 30d, 12h, 45m, 10s");
  const auto add_list = [&app](const char* name, std::vector<std::string>& into, const char* what) {
    app.add_option(name, into, what)->delimiter(',')->allow_extra_args(false);
  };
  add_list("--violate", arguments.violations,
           "Break the factors on purpose: NAME[,NAME]; see --list-violations");
  add_list("--require", arguments.required,
           "Variables that this deploy must set: their defaults do not hold; NAME[,NAME]");
  add_list("--bad", arguments.bad, "Be a bad release: KIND[=AMOUNT]; see below");
  app.add_flag("--allow-attach", arguments.allow_attach,
               "With web: let clients detach and attach backing services of this process");
  app.add_flag("--list-violations", list, "Name what --violate can do, and end");
  app.add_flag("--json", arguments.json, "With --list-violations: as JSON");
  app.add_flag("--pool-child", pool_child)->group("");  // what a worker starts, and nobody else
  app.footer(Footer());
  try {
    app.parse(count, words);
  } catch (const CLI::CallForHelp&) {
    Arguments help;
    help.action = Arguments::Action::kPrint;
    help.text = app.help();
    return help;
  } catch (const CLI::ParseError& error) {
    return InvalidError(fmt::format("{}; see --help", error.what()));
  }
  if (list) arguments.action = Arguments::Action::kListViolations;
  if (pool_child) arguments.action = Arguments::Action::kPoolChild;
  if (Status status = ReadAdminWords(arguments, task, age); !status) return status.error();
  if (Status status = CheckNames(arguments); !status) return status.error();
  return arguments;
}

std::vector<std::string> CommandFor(const std::string& program, const Arguments& arguments) {
  std::vector<std::string> command = {program, arguments.process_type};
  command.insert(command.end(), arguments.admin_words.begin(), arguments.admin_words.end());
  const auto add = [&command](const char* option, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      command.emplace_back(option);
      command.push_back(value);
    }
  };
  add("--violate", arguments.violations);
  add("--require", arguments.required);
  add("--bad", arguments.bad);
  if (arguments.allow_attach) command.emplace_back("--allow-attach");
  return command;
}

}  // namespace twelve

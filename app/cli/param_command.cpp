#include "app/cli/param_command.h"

#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/release_context.h"
#include "harness/logs/text_cleaner.h"
#include "harness/release/parameter_store.h"

namespace twelve {
namespace {

using nlohmann::json;

constexpr const char* kCommand = "param";

struct ParamArguments : StoreArguments {
  std::string path;
  std::string value;
  std::string prefix = "/";
  int version = 0;  // 0: the current one
  bool secure = false;
  bool must_be_json = false;
  bool reveal = false;
};
using Arguments = std::shared_ptr<ParamArguments>;

std::string Shown(const ParameterVersion& version, bool reveal) {
  return version.secure && !reveal ? std::string(kMaskedValue) : version.value;
}

json ToJson(const Parameter& parameter, const ParameterVersion& version, bool reveal) {
  return {{"path", parameter.path},
          {"version", version.version},
          {"secure", version.secure},
          {"created", version.created},
          {"value", Shown(version, reveal)}};
}

/// The argument, or standard input when it is "-": a secret on the command line is in the shell's
/// history and in the list of processes.
std::string ValueOf(const ParamArguments& arguments) {
  if (arguments.value != "-") return arguments.value;
  std::string text((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

int Put(const ParamArguments& arguments) {
  const std::string value = ValueOf(arguments);
  if (arguments.must_be_json && !json::accept(value)) {
    return Complain(kCommand,
                    InvalidError(fmt::format("the value for {} is not JSON", arguments.path)));
  }
  const auto store = OpenStore(arguments, true);
  if (!store) return Complain(kCommand, store.error());
  const SystemClock clock;
  const auto kept = ParameterStore(**store, clock).Put(arguments.path, value, arguments.secure);
  if (!kept) return Complain(kCommand, kept.error());
  if (arguments.json) {
    PrintJson(ToJson(*kept, kept->current(), false));
  } else {
    fmt::print("{} version {}{}\n", kept->path, kept->current().version,
               kept->current().secure ? ", encrypted" : "");
  }
  return kReleaseDone;
}

int Get(const ParamArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const SystemClock clock;
  const auto parameter = ParameterStore(**store, clock).Get(arguments.path);
  if (!parameter) return Complain(kCommand, parameter.error());
  const ParameterVersion* found = nullptr;
  for (const ParameterVersion& version : parameter->versions) {
    if (arguments.version == 0 || version.version == arguments.version) found = &version;
  }
  if (found == nullptr) {
    return Complain(kCommand, {ErrorCode::kNotFound,
                               fmt::format("{} has no version {}; it has 1 to {}", arguments.path,
                                           arguments.version, parameter->current().version),
                               {},
                               0});
  }
  if (arguments.json) {
    PrintJson(ToJson(*parameter, *found, arguments.reveal));
  } else {
    fmt::print("{}\n", Shown(*found, arguments.reveal));
  }
  return kReleaseDone;
}

int List(const ParamArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const SystemClock clock;
  const auto parameters = ParameterStore(**store, clock).List(arguments.prefix);
  if (!parameters) return Complain(kCommand, parameters.error());
  json rows = json::array();
  for (const Parameter& parameter : *parameters) {
    rows.push_back(ToJson(parameter, parameter.current(), arguments.reveal));
    if (arguments.json) continue;
    fmt::print("{}  {}  version {}\n", parameter.path,
               CleanText(Shown(parameter.current(), arguments.reveal)),
               parameter.current().version);
  }
  if (arguments.json) PrintJson({{"parameters", rows}});
  if (!arguments.json && rows.empty()) fmt::print("There is no parameter here.\n");
  return kReleaseDone;
}

int History(const ParamArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const SystemClock clock;
  const auto parameter = ParameterStore(**store, clock).Get(arguments.path);
  if (!parameter) return Complain(kCommand, parameter.error());
  json rows = json::array();
  for (auto version = parameter->versions.rbegin(); version != parameter->versions.rend();
       ++version) {
    rows.push_back(ToJson(*parameter, *version, arguments.reveal));
    if (arguments.json) continue;
    fmt::print("version {:<4} {}  {}\n", version->version, version->created,
               CleanText(Shown(*version, arguments.reveal)));
  }
  if (arguments.json) PrintJson({{"path", parameter->path}, {"versions", rows}});
  return kReleaseDone;
}

int Delete(const ParamArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const SystemClock clock;
  const Status gone = ParameterStore(**store, clock).Delete(arguments.path);
  if (!gone) return Complain(kCommand, gone.error());
  if (arguments.json) {
    PrintJson({{"deleted", arguments.path}});
  } else {
    fmt::print("{} is deleted with its history.\n", arguments.path);
  }
  return kReleaseDone;
}

CLI::App* Add(CLI::App& param, const char* name, const char* what, const char* example,
              const Arguments& arguments, int (*run)(const ParamArguments&), int& exit_code) {
  CLI::App* const command = param.add_subcommand(name, what);
  AddStoreArguments(*command, arguments);
  command->footer(fmt::format("Example: {}\n{}", example, ReleaseExitCodes()));
  command->callback([arguments, run, &exit_code] { exit_code = run(*arguments); });
  return command;
}

void AddPath(CLI::App& command, const Arguments& arguments) {
  command.add_option("path", arguments->path, "Such as /app/database/host")->required();
}
void AddReveal(CLI::App& command, const Arguments& arguments) {
  command.add_flag("--reveal", arguments->reveal, "Show secure values too");
}

}  // namespace

void AddParamCommand(CLI::App& app, int& exit_code) {
  CLI::App* const param =
      app.add_subcommand("param", "Parameters by path, with versions; secure ones are encrypted");
  param->require_subcommand(1);
  param->footer(
      "Processes get them as environment, through a release:\n"
      "Example: twelve param put /app/database/host db.local &&\n"
      "         twelve release config import staging --from /app/");

  Arguments arguments = std::make_shared<ParamArguments>();
  CLI::App* command =
      Add(*param, "put", "Keep a value as the next version",
          "twelve param put /app/api/key --secure - < key.txt", arguments, Put, exit_code);
  AddPath(*command, arguments);
  command->add_option("value", arguments->value, "The value; - reads standard input")->required();
  command->add_flag("--secure", arguments->secure, "Encrypt it on the disk, mask it on the screen");
  command->add_flag("--must-be-json", arguments->must_be_json,
                    "Refuse a value that is not JSON, for feature flags");

  arguments = std::make_shared<ParamArguments>();
  command = Add(*param, "get", "One value", "twelve param get /app/database/host --version 2",
                arguments, Get, exit_code);
  AddPath(*command, arguments);
  AddReveal(*command, arguments);
  command->add_option("--version", arguments->version, "An earlier version")
      ->check(CLI::PositiveNumber);

  arguments = std::make_shared<ParamArguments>();
  command = Add(*param, "list", "All below a path", "twelve param list /app/", arguments, List,
                exit_code);
  command->add_option("prefix", arguments->prefix, "Begin of their paths")->capture_default_str();
  AddReveal(*command, arguments);

  arguments = std::make_shared<ParamArguments>();
  command = Add(*param, "history", "All versions, the newest first",
                "twelve param history /app/database/host", arguments, History, exit_code);
  AddPath(*command, arguments);
  AddReveal(*command, arguments);

  arguments = std::make_shared<ParamArguments>();
  command = Add(*param, "delete", "Remove it with its history", "twelve param delete /app/old",
                arguments, Delete, exit_code);
  AddPath(*command, arguments);
}

}  // namespace twelve

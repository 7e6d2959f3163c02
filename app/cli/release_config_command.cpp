#include <fmt/format.h>

#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/release_command.h"
#include "app/cli/release_context.h"
#include "harness/conformance/secrets.h"
#include "harness/logs/text_cleaner.h"
#include "harness/release/parameter_store.h"
#include "harness/release/release_store.h"

namespace twelve {
namespace {

using nlohmann::json;

constexpr const char* kCommand = "release config";

struct ConfigArguments : StoreArguments {
  std::string environment;
  std::vector<std::string> values;  // NAME=VALUE, or NAME
  std::string prefix;
  bool secret = false;
  bool reveal = false;
};
using Arguments = std::shared_ptr<ConfigArguments>;

/// Tells the release that a change made.
int Change(const ConfigArguments& arguments, const Config& set,
           const std::vector<std::string>& unset, const std::string& because) {
  const auto store = OpenStore(arguments, true);
  if (!store) return Complain(kCommand, store.error());
  const SystemClock clock;
  const auto made =
      ReleaseStore(**store, clock).ChangeConfig(arguments.environment, set, unset, because);
  if (!made) return Complain(kCommand, made.error());
  if (arguments.json) {
    PrintJson(ToJson(*made));
  } else {
    fmt::print("{}\n", Summary(*made));
  }
  return kReleaseDone;
}

int Set(const ConfigArguments& arguments) {
  Config set;
  for (const std::string& text : arguments.values) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return Complain(kCommand,
                      InvalidError(fmt::format("\"{}\" is not NAME=VALUE", CleanText(text))));
    }
    const std::string name = text.substr(0, equals);
    const std::string value = text.substr(equals + 1);
    set[name] = {value, arguments.secret || LooksSecret(name, value)};
  }
  return Change(arguments, set, {}, "");
}

int Unset(const ConfigArguments& arguments) {
  return Change(arguments, {}, arguments.values, "");
}

int Show(const ConfigArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const SystemClock clock;
  const auto release = ReleaseStore(**store, clock).Find(arguments.environment);
  if (!release) return Complain(kCommand, release.error());
  json values = json::object();
  for (const auto& [name, value] : release->config) {
    const bool masked = value.secret && !arguments.reveal;
    values[name] = masked ? std::string(kMaskedValue) : value.value;
    if (!arguments.json) {
      fmt::print("{}={}\n", name, masked ? std::string(kMaskedValue) : CleanText(value.value));
    }
  }
  if (arguments.json) {
    PrintJson(
        {{"release", release->id()}, {"environment", release->environment}, {"config", values}});
  }
  return kReleaseDone;
}

int Import(const ConfigArguments& arguments) {
  const auto store = OpenStore(arguments, false);
  if (!store) return Complain(kCommand, store.error());
  const SystemClock clock;
  const auto parameters = ParameterStore(**store, clock).List(arguments.prefix);
  if (!parameters) return Complain(kCommand, parameters.error());
  if (parameters->empty()) {
    return Complain(kCommand, {ErrorCode::kNotFound,
                               fmt::format("there is no parameter below {}; `twelve param list` "
                                           "shows what there is",
                                           arguments.prefix),
                               {},
                               0});
  }
  Result<Config> config = ConfigFrom(*parameters, arguments.prefix);
  if (!config) return Complain(kCommand, config.error());
  for (auto& [name, value] : *config) value.secret |= LooksSecret(name, value.value);
  return Change(arguments, *config, {},
                fmt::format("config import {} ({} values)", arguments.prefix, config->size()));
}

CLI::App* Add(CLI::App& config, const char* name, const char* what, const char* example,
              const Arguments& arguments, int (*run)(const ConfigArguments&), int& exit_code) {
  CLI::App* const command = config.add_subcommand(name, what);
  command->add_option("environment", arguments->environment, "The stage")->required();
  AddStoreArguments(*command, arguments);
  command->footer(fmt::format("Example: {}\n{}", example, ReleaseExitCodes()));
  command->callback([arguments, run, &exit_code] { exit_code = run(*arguments); });
  return command;
}

}  // namespace

void AddReleaseConfigCommands(CLI::App& release, int& exit_code) {
  CLI::App* const config =
      release.add_subcommand("config", "The config of a stage; each change makes a release");
  config->require_subcommand(1);

  Arguments arguments = std::make_shared<ConfigArguments>();
  CLI::App* command =
      Add(*config, "set", "Set variables", "twelve release config set staging LOG_LEVEL=debug",
          arguments, Set, exit_code);
  command->add_option("values", arguments->values, "NAME=VALUE …")->required();
  command->add_flag("--secret", arguments->secret,
                    "Mask them; names and URLs that look secret are masked anyway");

  arguments = std::make_shared<ConfigArguments>();
  command = Add(*config, "unset", "Remove variables",
                "twelve release config unset staging LOG_LEVEL", arguments, Unset, exit_code);
  command->add_option("names", arguments->values, "NAME …")->required();

  arguments = std::make_shared<ConfigArguments>();
  command = Add(*config, "show", "What a stage, or a release such as v3, has",
                "twelve release config show staging", arguments, Show, exit_code);
  command->add_flag("--reveal", arguments->reveal, "Show secret values too");

  arguments = std::make_shared<ConfigArguments>();
  command = Add(*config, "import",
                "Take values of the parameter store: /app/database/host becomes "
                "DATABASE_HOST",
                "twelve release config import staging --from /app/", arguments, Import, exit_code);
  command->add_option("--from", arguments->prefix, "Begin of their paths")->required();
}

}  // namespace twelve

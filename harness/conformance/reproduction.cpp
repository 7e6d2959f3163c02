#include "harness/conformance/reproduction.h"

#include <fmt/format.h>

#include <csignal>

#include "harness/conformance/secrets.h"

namespace twelve {
namespace {

/// PATH is the reader's own; the rest is what the check gave.
std::string ShellEnvironment(const LaunchedTarget& launched) {
  std::string words = "PATH=\"$PATH\" HOME=$home TMPDIR=$home";
  for (const auto& [name, value] : launched.environment) {
    if (name == "PATH" || name == "HOME" || name == "TMPDIR") continue;
    if (LooksSecret(name, value)) {
      words += fmt::format(" {}=\"${}\"", name, name);
    } else {
      words += fmt::format(" {}={}", name, ShellWord(value));
    }
  }
  return words;
}

/// A background job of a script starts with SIGINT and SIGQUIT ignored, which a check's does not.
std::string SignalDefaults(int stop_signal) {
  return stop_signal == SIGINT || stop_signal == SIGQUIT ? " --default-signal=INT,QUIT" : "";
}

}  // namespace

std::string ShellPrepare(const CheckContext& context) {
  return fmt::format("cd {}\nhome=$(mktemp -d)\n", ShellWord(context.target.directory));
}

std::string ShellStart(const CheckContext& context, const LaunchedTarget& launched,
                       const std::string& launcher) {
  return fmt::format("env -i{} {} {}{}{} &\npid=$!\n", SignalDefaults(context.target.stop_signal),
                     ShellEnvironment(launched), launcher, launcher.empty() ? "" : " ",
                     ShellQuote(launched.command.argv));
}

std::string ShellCleanUp(const std::string& pids) {
  return fmt::format("kill -KILL {} 2>/dev/null; rm -r $home\n", pids);
}

std::string ShellAwaitReady(const CheckContext& context, const LaunchedTarget& launched,
                            int seconds) {
  return fmt::format("curl -s -o /dev/null --retry {} --retry-delay 1 --retry-connrefused {}\n",
                     seconds, ShellWord(Url(launched, context.target.health_path)));
}

std::string Url(const LaunchedTarget& launched, const std::string& path) {
  return fmt::format("http://127.0.0.1:{}{}", launched.port, path);
}

std::string KillName(int signal) {
  const std::string name = SignalName(signal);
  return name.rfind("SIG", 0) == 0 ? name.substr(3) : std::to_string(signal);
}

std::string ShellWord(const std::string& text) {
  return ShellQuote({text});
}

}  // namespace twelve

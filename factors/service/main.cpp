// twelve-service: the reference service. The parts are in factors/NN_*/parts; this program only
// puts them together.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "factors/08_concurrency/parts/pool_child.h"
#include "factors/service/admin_process.h"
#include "factors/service/arguments.h"
#include "factors/service/clock_process.h"
#include "factors/service/exit_code.h"
#include "factors/service/violation_switches.h"
#include "factors/service/web_process.h"
#include "factors/service/worker_process.h"

namespace twelve {
namespace {

Environment ReadEnvironment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == text.npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

/// This very program, also when it was found through PATH.
std::string OwnPath() {
  char path[4096];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "twelve-service";
}

int Complain(int exit_code, const Error& error) {
  fmt::print(stderr, "twelve-service: {}\n", error.message);
  return exit_code;
}

/// `arguments` without the violation that decides how the process comes to be: the command that is
/// launched must not launch itself again.
Arguments ForLaunch(Arguments arguments) {
  std::erase(arguments.violations, "shell-wrapper");
  return arguments;
}

/// Runs one process to its end. What goes on after that, because the time was over, ends with the
/// program: to destroy the process would be to wait for it.
template <typename Process, typename... More>
int RunToTheEnd(ServiceRuntime& runtime, More&&... more) {
  auto process = std::make_unique<Process>(runtime, std::forward<More>(more)...);
  const int exit_code = process->Run();
  if (process->HasWorkInFlight()) std::_Exit(exit_code);
  return exit_code;
}

int RunType(ServiceRuntime& runtime, const Arguments& arguments) {
  if (arguments.process_type == "worker") return RunToTheEnd<WorkerProcess>(runtime, OwnPath());
  if (arguments.process_type == "clock") return RunToTheEnd<ClockProcess>(runtime);
  if (arguments.process_type == "admin") return RunToTheEnd<AdminProcess>(runtime, arguments.admin);
  return RunToTheEnd<WebProcess>(runtime);
}

int Serve(const Arguments& arguments) {
  PartChoice parts;
  for (const std::string& name : arguments.violations) FindSwitch(name)->turn_on(parts);
  for (const std::string& bad : arguments.bad) MakeBad(*ParseBadRelease(bad), parts);
  if (const Status status = parts.launch->Enter(CommandFor(OwnPath(), ForLaunch(arguments)));
      !status) {
    return Complain(kExitUnavailable, status.error());
  }
  // A reader that is gone is an error of one write, not the end of the process.
  ::signal(SIGPIPE, SIG_IGN);
  parts.termination->Install();
  auto runtime =
      std::make_unique<ServiceRuntime>(parts, ReadEnvironment(),
                                       ProcessRole{arguments.process_type, arguments.violations,
                                                   arguments.required, arguments.allow_attach});
  if (const std::optional<int> exit_code = runtime->Begin()) return *exit_code;
  return RunType(*runtime, arguments);
}

int Main(int argc, char** argv) {
  const Result<Arguments> arguments = ParseArguments(argc, argv);
  if (!arguments) return Complain(kExitUsage, arguments.error());
  switch (arguments->action) {
    case Arguments::Action::kPrint:
      fmt::print("{}", arguments->text);
      return 0;
    case Arguments::Action::kListViolations:
      fmt::print("{}", arguments->json ? ViolationsAsJson() : ViolationsAsText());
      return 0;
    case Arguments::Action::kPoolChild:
      RunPoolChild(STDIN_FILENO, STDOUT_FILENO, ComputeHash);
      return 0;
    case Arguments::Action::kServe:
      return Serve(*arguments);
  }
  return kExitUsage;
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  return twelve::Main(argc, argv);
}

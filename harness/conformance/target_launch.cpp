#include "harness/conformance/target_launch.h"

#include <fmt/format.h>

#include <algorithm>

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What a login shell of Debian has; a caller that knows the user's PATH declares it.
constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string LastWords(const LaunchedTarget& launched) {
  const std::vector<LogLine> lines = OutputOf(launched, 64);
  const auto last = std::find_if(lines.rbegin(), lines.rend(), [](const LogLine& line) {
    return line.text.find_first_not_of(" \t") != std::string::npos;
  });
  if (last == lines.rend()) return "it printed nothing";
  return fmt::format("its last line: \"{}\"", last->text);
}

std::string WhereItListens(const LaunchedTarget& launched) {
  const std::vector<ListeningSocket> listeners = launched.instance->Listeners();
  std::string places;
  for (const ListeningSocket& socket : listeners) {
    if (socket.port == launched.port) {
      return "it listens there, but gives no complete HTTP answer";
    }
    places += fmt::format("{}{}:{}", places.empty() ? "" : ", ", socket.address, socket.port);
  }
  return places.empty() ? "it opened no port" : "it listens on " + places + " instead";
}

std::string DescribeEnd(const LaunchedTarget& launched, const ProcessStatus& status) {
  if (status.start_error) return "the service could not be started: " + status.start_error->message;
  const Duration lived =
      status.launched && status.leader_ended ? *status.leader_ended - *status.launched : Duration{};
  return fmt::format("the service ended {:.2f} s after its start ({}) and never answered; {}",
                     ToSeconds(lived), status.exit ? Describe(*status.exit) : "no exit status",
                     LastWords(launched));
}

/// Whether somebody else already answers on a port that the descriptor fixes.
bool Taken(CheckContext& context, std::uint16_t port) {
  Result<std::unique_ptr<Connection>> probe = context.rig.Connect(port);
  if (!probe) return false;
  const auto settled = [&] { return (*probe)->state() != Connection::State::kConnecting; };
  context.rig.WaitUntil(settled, Deadline::After(context.rig.clock(), seconds(2)));
  return (*probe)->state() == Connection::State::kOpen;
}

}  // namespace

Result<std::uint16_t> PickPort(CheckContext& context) {
  if (!context.target.fixed_port) return context.rig.LeasePort();
  const std::uint16_t port = *context.target.fixed_port;
  if (Taken(context, port)) {
    return Error{ErrorCode::kBusy,
                 fmt::format("port {} of the service is taken by another program; end it", port),
                 "", 0};
  }
  return port;
}

Result<LaunchedTarget> Launch(CheckContext& context, const LaunchOptions& options) {
  const Target& target = context.target;
  LaunchedTarget launched;
  launched.home = options.home;
  if (launched.home.empty()) {
    Result<std::string> home = context.rig.MakeDirectory("home");
    if (!home) return home.error();
    launched.home = std::move(*home);
  }
  launched.port = target.fixed_port.value_or(options.port);
  launched.environment = target.environment;
  launched.environment.emplace("PATH", kDefaultPath);
  launched.environment.emplace("LANG", "C.UTF-8");
  launched.environment["HOME"] = launched.home;
  launched.environment["TMPDIR"] = launched.home;
  launched.environment[target.port_variable] = std::to_string(options.port);

  Result<Command> command = ParseCommand(target.command, launched.environment);
  if (!command) return command.error();
  launched.command = std::move(*command);

  ProcessSpec spec;
  spec.name = "service";
  spec.type = "web";
  spec.command = launched.command;
  spec.environment = launched.environment;
  spec.directory = target.directory;
  spec.port = options.port;
  spec.readiness = ReadyOnHttp{launched.port, target.health_path};
  spec.ready_timeout = target.ready_timeout;
  spec.stop_signal = target.stop_signal;
  spec.isolation.pid_namespace = options.pid_namespace;
  Result<std::unique_ptr<Instance>> instance = context.rig.Launch(std::move(spec));
  if (!instance) return instance.error();
  launched.instance = std::move(*instance);
  return launched;
}

BootResult AwaitReady(CheckContext& context, const LaunchedTarget& launched) {
  const Target& target = context.target;
  const Deadline deadline = Deadline::After(context.rig.clock(), target.ready_timeout);
  context.rig.WaitUntil(
      [&] {
        const ProcessStatus status = launched.instance->Snapshot();
        return status.ready || status.start_error || status.leader_ended || status.over();
      },
      deadline);
  const ProcessStatus status = launched.instance->Snapshot();
  BootResult boot;
  if (status.ready && status.launched) {
    boot.ready = true;
    boot.ready_ms = ToMs(*status.ready - *status.launched);
  } else if (status.start_error || status.leader_ended || status.over()) {
    boot.ended = true;
    boot.problem = DescribeEnd(launched, status);
  } else {
    boot.problem =
        fmt::format("the service did not answer GET {} on port {} within {:.0f} s; {}; {}",
                    target.health_path, launched.port, ToSeconds(target.ready_timeout),
                    WhereItListens(launched), LastWords(launched));
  }
  return boot;
}

std::optional<LaunchedTarget> LaunchReady(CheckContext& context, LaunchOptions options,
                                          Observation& observation, BootResult* boot) {
  if (options.port == 0) {
    const Result<std::uint16_t> port = PickPort(context);
    if (!port) {
      observation.blocked = port.error().message;
      return std::nullopt;
    }
    options.port = *port;
  }
  Result<LaunchedTarget> launched = Launch(context, options);
  if (!launched) {
    observation.blocked = "the service could not be started: " + launched.error().message;
    return std::nullopt;
  }
  const BootResult result = AwaitReady(context, *launched);
  if (boot != nullptr) *boot = result;
  if (result.ready) return std::move(*launched);
  observation.blocked = result.problem;
  observation.unready = !options.pid_namespace;
  const std::string output = QuoteOutput(*launched, 5);
  if (!output.empty()) observation.evidence.push_back({"log", output});
  return std::nullopt;
}

std::vector<LogLine> OutputOf(const LaunchedTarget& launched, std::size_t max) {
  std::vector<LogLine> lines = launched.instance->Logs(max);
  lines.erase(std::remove_if(lines.begin(), lines.end(),
                             [](const LogLine& line) { return line.stream == LogStream::kTwelve; }),
              lines.end());
  return lines;
}

std::string QuoteOutput(const LaunchedTarget& launched, std::size_t max) {
  std::string quote;
  for (const LogLine& line : OutputOf(launched, max)) {
    quote += quote.empty() ? "" : "\n";
    quote += line.stream == LogStream::kStderr ? "stderr | " : "stdout | ";
    quote += line.text;
  }
  return quote;
}

bool Answers(CheckContext& context, std::uint16_t port, Deadline deadline) {
  return Get(context.rig, port, context.target.health_path, deadline).complete;
}

}  // namespace twelve

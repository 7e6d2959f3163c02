#include "app/cli/backing_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/interruption.h"
#include "harness/backing/backing_instance.h"
#include "harness/conformance/engine.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

struct BackingCommand {
  std::string server;
  BackingOptions options;
  bool fast = false;
  bool json = false;
};

int Complain(int exit_code, const std::string& message) {
  fmt::print(stderr, "twelve backing: {}\n", message);
  return exit_code;
}

void TellReady(const BackingInstance& instance, bool json) {
  if (json) {
    const nlohmann::ordered_json event = {{"event", "ready"},
                                          {"server", std::string(ToString(instance.server()))},
                                          {"url", instance.url()},
                                          {"port", instance.port()},
                                          {"pid", instance.Snapshot().pid}};
    fmt::print("{}\n", event.dump());
  } else {
    // Alone on stdout, so that a script reads it with one `read`.
    fmt::print("{}\n", instance.url());
    fmt::print(stderr, "Ready. Ctrl+C stops {} and removes its data.\n", instance.name());
  }
  std::fflush(stdout);
}

/// Prints what was logged since the last time.
class LogFollower {
 public:
  /// Of `source` alone: what was run to prepare it is nobody's business.
  LogFollower(std::shared_ptr<LogStore> logs, const std::string& source, bool json)
      : logs_(std::move(logs)), source_(logs_->Source(source)), json_(json) {}

  void Print() {
    constexpr std::size_t kBatch = 256;
    for (;;) {
      const std::vector<LogLine> lines = logs_->Read(next_, kBatch);
      if (lines.empty()) return;
      next_ = lines.back().sequence + 1;
      for (const LogLine& line : lines) {
        if (line.source == source_) PrintLine(line);
      }
      std::fflush(json_ ? stdout : stderr);
    }
  }

 private:
  void PrintLine(const LogLine& line) const {
    if (json_) {
      const nlohmann::ordered_json event = {{"event", "line"}, {"text", line.text}};
      fmt::print("{}\n", event.dump());
    } else {
      fmt::print(stderr, "{}\n", line.text);
    }
  }

  std::shared_ptr<LogStore> logs_;
  std::uint16_t source_;
  bool json_;
  std::uint64_t next_ = 0;
};

int RunBacking(BackingCommand& command) {
  const Result<BackingServer> server = ParseBackingServer(command.server);
  if (!server) return Complain(kExitUsage, server.error().message);
  command.options.durable = !command.fast;
  const SystemClock clock;
  const Interruption interruption(clock);
  LiveRigOptions rig_options;
  rig_options.clock = &clock;
  rig_options.cancelled = [&interruption] { return interruption.requested(); };
  const Result<std::unique_ptr<LiveRig>> rig = LiveRig::Create(std::move(rig_options));
  if (!rig) return Complain(kExitBroken, rig.error().message);
  const auto instance = LaunchBacking(**rig, *server, command.options);
  if (interruption.requested()) return 0;
  if (!instance) {
    const bool wrong = instance.error().code == ErrorCode::kInvalid;
    return Complain(wrong ? kExitUsage : kExitBroken, instance.error().message);
  }
  TellReady(**instance, command.json);
  LogFollower logs((*rig)->logs(), (*instance)->name(), command.json);
  constexpr Duration kLookAgain = std::chrono::seconds(1);
  while (!interruption.requested() && !(*instance)->Snapshot().over()) {
    (*rig)->WaitUntil(
        [&] {
          logs.Print();
          return (*instance)->Snapshot().over();
        },
        Deadline::After(clock, kLookAgain));
  }
  logs.Print();
  if (interruption.requested()) return 0;
  return Complain(kExitBroken, fmt::format("{} ended by itself: {}.", (*instance)->name(),
                                           (*instance)->Snapshot().reason));
}

}  // namespace

void AddBackingCommand(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<BackingCommand>();
  CLI::App* const command = app.add_subcommand(
      "backing", "Run a private PostgreSQL or Redis on a free loopback port, and remove it");
  command->add_option("server", options->server, "postgres or redis")->required();
  command->add_flag("--fast", options->fast,
                    "Do not wait for the disk: what is written outlives the server, not the power");
  command->add_option("--user", options->options.user, "Its user")->capture_default_str();
  command->add_option("--password", options->options.password, "Its password; else a random one");
  command->add_option("--database", options->options.database,
                      "Its database: a name, or for redis a number");
  command->add_flag("--json", options->json, "One JSON event a line: ready, then what it logs");
  command->footer("Example: twelve backing postgres");
  command->callback([options, &exit_code] { exit_code = RunBacking(*options); });
}

}  // namespace twelve

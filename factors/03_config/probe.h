#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/03_config/judge.h"
#include "factors/lab/lab.h"

namespace twelve::config {

/// What the deploys of the experiment require: without the flag a key would be optional.
std::vector<std::string> WebCommand(const Lab& lab);

/// A web process beside the deploys, with a port and a directory of its own.
struct Probe {
  std::unique_ptr<Instance> instance;
  std::uint16_t port = 0;
  std::string directory;    // where it runs and keeps its data
  Environment environment;  // what it got
  TimePoint launched;
};

/// Launches it in a fresh directory, after the files (name, text) were written there. HOST, PORT,
/// TMPDIR and, unless it is given, a DATABASE_URL for SQLite are added to `environment`.
Result<Probe> LaunchProbe(Lab& lab, const std::string& name, Environment environment,
                          const std::vector<std::pair<std::string, std::string>>& files = {});
/// Waits until it is ready or over. True when it is ready.
bool AwaitReady(Lab& lab, const Probe& probe);
/// Why it is not ready, as a sentence.
std::string WhyNotReady(const std::string& name, const ProcessStatus& status);

/// Asks GET /config and /version, and looks at the program that runs. `given` is its environment.
DeployFacts Measure(Lab& lab, const Instance& instance, const Environment& given);
/// The body of GET `path`; empty when there is no complete answer.
std::string BodyOf(Lab& lab, std::uint16_t port, const std::string& path);

}  // namespace twelve::config

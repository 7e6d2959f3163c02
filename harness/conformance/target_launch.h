#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/conformance/check.h"

namespace twelve {

/// How a check wants the target started.
struct LaunchOptions {
  std::uint16_t port = 0;      // told to it by its port variable
  bool pid_namespace = false;  // as PID 1 of its own
  std::string home;            // directory for HOME and TMPDIR; empty: a new private one
};

/// A target that a check started.
struct LaunchedTarget {
  std::unique_ptr<Instance> instance;
  std::uint16_t port = 0;  // where it should answer
  Command command;         // what was executed
  Environment environment;
  std::string home;
};

/// What became of a start.
struct BootResult {
  bool ready = false;
  double ready_ms = 0;  // from launch to the first complete answer below 500
  bool ended = false;   // it ended, or could not be started, before it was ready
  std::string problem;  // one sentence when it is not ready
};

/// The port that a launch should tell the target: the declared one, else a leased one.
Result<std::uint16_t> PickPort(CheckContext& context);

/// Starts the target with exactly the declared environment, HOME and TMPDIR of its own,
/// LANG=C.UTF-8, a PATH and its port. Nothing of this program's environment goes along.
Result<LaunchedTarget> Launch(CheckContext& context, const LaunchOptions& options);

/// Waits until it answers its health path, ends, or its ready timeout passes.
BootResult AwaitReady(CheckContext& context, const LaunchedTarget& launched);

/// Launch and AwaitReady; when there is no ready service, says why in `observation` (blocked) and
/// returns nothing. `unready` is set when the service itself is the reason.
std::optional<LaunchedTarget> LaunchReady(CheckContext& context, LaunchOptions options,
                                          Observation& observation, BootResult* boot = nullptr);

/// The lines of this instance that are kept, at most `max` latest, without those that we said.
std::vector<LogLine> OutputOf(const LaunchedTarget& launched, std::size_t max);

/// One line per log line of its output: "stderr | text". Empty when it printed nothing.
std::string QuoteOutput(const LaunchedTarget& launched, std::size_t max);

/// Whether a complete HTTP answer, whatever its status, comes from the port by `deadline`.
bool Answers(CheckContext& context, std::uint16_t port, Deadline deadline);

}  // namespace twelve

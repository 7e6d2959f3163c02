#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/logs/log_ingest.h"
#include "harness/loop/event_loop.h"
#include "harness/os/process_host.h"
#include "harness/os/socket_host.h"
#include "harness/process/process_spec.h"

namespace twelve {

/// How one command ended.
struct StepOutcome {
  std::optional<Error> start_error;  // it never ran
  std::optional<ExitStatus> exit;
  Duration took{};
  bool cancelled = false;

  bool succeeded() const { return !cancelled && exit && !exit->signalled && exit->code == 0; }
};
/// "exit 2", "SIGKILL", "was stopped", or why it did not start.
std::string Describe(const StepOutcome& outcome);

/// Runs commands to their end, one after the other, each behind a guardian with exactly the
/// environment that its spec names.
///
/// Threads: the loop's; Run runs the loop.
/// Owns:    nothing between calls. When Run returns, nothing of the command is left.
/// Errors:  a command that fails is an outcome; Run fails when there is no guardian.
class StepRunner {
 public:
  struct Seams {
    EventLoop& loop;
    ProcessHost& host;
    SocketHost& sockets;
    std::function<bool()> cancelled;  // asked again and again; may be empty
  };
  explicit StepRunner(Seams seams) : seams_(std::move(seams)) {}

  /// `output` gets every line; may be null.
  Result<StepOutcome> Run(ProcessSpec spec, LogTap* output);

  bool cancelled() const { return seams_.cancelled && seams_.cancelled(); }
  EventLoop& loop() { return seams_.loop; }

 private:
  Seams seams_;
};

/// Keeps what a command prints, to read answers from it. Bounded: more is dropped.
class OutputCapture final : public LogTap {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20;
  void Lines(std::string_view source, LogStream stream, std::span<const RawLine> lines) override;

  const std::vector<std::string>& out() const { return out_; }
  /// The first line of standard error, for a message; empty when there was none.
  const std::string& first_error() const { return first_error_; }

 private:
  std::vector<std::string> out_;
  std::string first_error_;
  std::string held_;  // begin of a line that is longer than what comes at once
  std::size_t bytes_ = 0;
};

}  // namespace twelve

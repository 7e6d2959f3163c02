#include "harness/release/step_runner.h"

#include "harness/logs/log_store.h"
#include "harness/process/supervisor.h"

namespace twelve {
namespace {

// Nothing is kept: lines go to the tap.
constexpr LogLimits kNoLines = {.max_lines = 100, .max_bytes = std::size_t{1} << 20};
constexpr Duration kAskAgain = std::chrono::milliseconds(50);

}  // namespace

std::string Describe(const StepOutcome& outcome) {
  if (outcome.cancelled) return "was stopped";
  if (outcome.start_error) return outcome.start_error->message;
  return outcome.exit ? Describe(*outcome.exit) : "was lost with its guardian";
}

Result<StepOutcome> StepRunner::Run(ProcessSpec spec, LogTap* output) {
  LogStore logs(kNoLines);
  Supervisor supervisor({seams_.loop, seams_.host, seams_.sockets, logs});
  supervisor.KeepLines(false);
  if (output != nullptr) supervisor.AddTap(output);
  const std::string name = spec.name;
  const TimePoint begin = seams_.loop.clock().Now();
  if (const Status started = supervisor.Start(std::move(spec)); !started) return started.error();
  bool stopping = false;
  while (!supervisor.AllOver()) {
    if (!stopping && cancelled()) {
      stopping = true;
      supervisor.StopAll("the user stopped it");
    }
    seams_.loop.RunOnce(kAskAgain);
  }
  StepOutcome outcome;
  outcome.took = seams_.loop.clock().Now() - begin;
  outcome.cancelled = stopping;
  if (const ProcessStatus* status = supervisor.Find(name)) {
    outcome.exit = status->exit;
    outcome.start_error = status->start_error;
  }
  return outcome;
}

void OutputCapture::Lines(std::string_view, LogStream stream, std::span<const RawLine> lines) {
  if (stream == LogStream::kTwelve) return;
  for (const RawLine& line : lines) {
    if (!line.complete) continue;
    if (stream == LogStream::kStderr) {
      if (first_error_.empty()) first_error_ = line.bytes;
      continue;
    }
    if (bytes_ + line.bytes.size() > kMostBytes) continue;
    bytes_ += line.bytes.size();
    held_ += line.bytes;
    if (!line.continued) out_.push_back(std::exchange(held_, {}));
  }
}

}  // namespace twelve

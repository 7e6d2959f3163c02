#include "harness/backing/helper_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace twelve {

Status RunHelper(Rig& rig, const std::string& what, ProcessSpec spec, Deadline deadline) {
  // stdout says what is going well, and a user's log is no place for it.
  std::vector<std::string> argv = {"/bin/sh", "-c", "exec \"$@\" >/dev/null", "sh"};
  std::move(spec.command.argv.begin(), spec.command.argv.end(), std::back_inserter(argv));
  spec.command.argv = std::move(argv);
  auto launched = rig.Launch(std::move(spec));
  if (!launched) return launched.error();
  const std::unique_ptr<Instance> instance = std::move(launched).value();
  if (!rig.WaitUntil([&] { return instance->Snapshot().over(); }, deadline)) {
    return Error{ErrorCode::kTimeout, what + " did not end in time.", {}, 0};
  }
  const ProcessStatus status = instance->Snapshot();
  if (status.start_error) return *status.start_error;
  if (status.exit && *status.exit == ExitStatus{}) return {};
  std::string last;
  for (const LogLine& line : instance->Logs(100)) {
    if (line.stream == LogStream::kStderr) last = line.text;
  }
  return Error{
      ErrorCode::kClosed,
      fmt::format("{} failed ({}){}{}", what, status.reason, last.empty() ? "." : ": ", last),
      {},
      0};
}

}  // namespace twelve

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/conformance/engine.h"

namespace twelve {

/// One check of a run, as a screen shows it while the run goes on.
struct CheckRow {
  enum class State { kWaiting, kRunning, kDone };
  const Check* check = nullptr;
  State state = State::kWaiting;
  Finding finding;  // of a done one
  Duration took{};
};

struct CheckSnapshot {
  std::uint64_t generation = 0;
  std::string target;          // what was asked for, as the user wrote it
  std::vector<CheckRow> rows;  // in the order in which they run; not declared ones last
  bool running = true;
  std::string doing;             // "measuring how fast this machine is"; empty while a check runs
  std::string error;             // one sentence; the run could not begin or broke
  std::optional<int> exit_code;  // what `twelve check` would exit with
  Duration took{};
};

/// What a run needs of the machine. All are called on the session's thread.
struct CheckTools {
  std::function<MakeRig(const std::function<bool()>& cancelled)> rigs;
  std::function<Result<Target>(const std::string& text)> read_target;
  std::function<Capabilities()> capabilities;
  std::string service;  // twelve-service, which tells how fast the machine is
  const FileSearch* files = nullptr;
};

/// Runs the checks of a team's own service on a thread of its own: the same engine, plan and
/// verdicts as `twelve check`, so that a window never shows a friendlier verdict than CI.
///
/// Threads: the constructor, Latest and Cancel from the window's thread.
/// Owns:    the worker thread and all that it starts. The destructor cancels, stops and joins.
/// Errors:  part of the snapshot.
class CheckSession {
 public:
  /// `text`: a directory, a Procfile, a twelve.json, or the line that starts the service.
  CheckSession(std::string text, std::vector<const Check*> checks, CheckTools tools,
               const Clock& clock);
  /// Only these checks, for doing one again.
  CheckSession(std::string text, std::vector<const Check*> checks, CheckTools tools,
               const Clock& clock, std::vector<std::string> only);
  ~CheckSession();
  CheckSession(const CheckSession&) = delete;
  CheckSession& operator=(const CheckSession&) = delete;

  /// The run ends soon; what was not run stays waiting.
  void Cancel();
  /// Never null.
  std::shared_ptr<const CheckSnapshot> Latest() const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace twelve
